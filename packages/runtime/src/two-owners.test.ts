import { SILENT_LOGGER, colonyId, defineTool, type ColonyEvent, type EventLog } from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { checkPromises, createGate, createScriptedModel, readAll, type ModelScript } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import { ColonyPlace } from "./testing/colony-process.ts";
import { calls, newest, results } from "./testing/said.ts";
import { settled } from "./testing/settled.ts";
import { ground, openOn } from "./testing/told.ts";

function open(log: EventLog, script: ModelScript): Promise<Colony> {
  return openColony({
    store: { log, snapshots: createMemorySnapshotStore(), blobs: createMemoryBlobStore() },
    logger: SILENT_LOGGER,
    limits: { shutdownGraceMs: 0 },
    overseer: { model: createScriptedModel(script) },
  });
}

/** The same log as another process sees it that is told of nothing but its own appends. */
function ownView(log: EventLog): EventLog {
  const listeners = new Set<(events: readonly ColonyEvent[]) => void>();
  return {
    colonyId: log.colonyId,
    head: () => log.head(),
    read: (read) => log.read(read),
    append: async (append) => {
      const events = await log.append(append);
      for (const listener of listeners) listener(events);
      return events;
    },
    onAppended: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
}

it.each([
  ["one log", (log: EventLog) => log],
  ["a log that tells each of its own appends only", ownView],
] as const)("of two live colonies on %s the newest has it, and the other lets go", async (_name, viewOf) => {
  const log = createMemoryLog({ colonyId: colonyId("shared") });
  const gate = createGate();
  const first = await open(viewOf(log), async () => {
    await gate.opened;
    return { text: "from the first" };
  });
  const receipt = await first.inject("hello");
  await settled();
  const second = await open(viewOf(log), () => ({ text: "from the second" }));
  await second.idle();
  gate.open();
  await settled();
  const after = log.head();
  await settled();
  expect(log.head()).toBe(after);
  await expect(first.inject("still there?")).rejects.toMatchObject({
    name: "ColonyError",
    code: "colony.in_use",
  });
  await expect(first.stop()).rejects.toMatchObject({ code: "colony.in_use" });
  await expect(receipt.reply()).rejects.toMatchObject({ code: "colony.in_use" });
  await first.close();
  expect((await second.overseer.state()).execution?.output).toBe("from the second");
  expect(await (await second.inject("and you?")).reply()).toBe("from the second");
  await second.close();
  const events = await readAll(log);
  expect(checkPromises(events)).toEqual([]);
  const of = (type: ColonyEvent["type"]): number => events.filter((event) => event.type === type).length;
  expect([of("COLONY_OPENED"), of("COLONY_CLOSED")]).toEqual([2, 1]);
  // Each of the two has taken up the first execution once, and the second has done the other.
  expect(of("EXECUTION_STARTED")).toBe(3);
  expect(of("EXECUTION_COMPLETED")).toBe(2);
});

it.each([
  ["one log", (log: EventLog) => log],
  ["a log that tells each of its own appends only", ownView],
] as const)(
  "whoever has lost %s and is slow to let go leaves nothing in shared snapshots that is not so any more",
  async (_name, viewOf) => {
    const world = ground();
    const gate = createGate();
    const slow = defineTool({
      name: "slow",
      description: "Takes its time.",
      effect: "pure",
      input: z.object({}),
      run: async () => {
        await gate.opened;
        return "done";
      },
    });
    const openIt = (): Promise<Colony> =>
      openOn(
        { ...world, log: viewOf(world.log) },
        {
          limits: { shutdownGraceMs: 1_000 },
          worker: (request) =>
            newest(request) === "slow" && results(request).length === 0
              ? calls(["slow", {}])
              : { text: "done" },
          definition: { tools: [slow] },
        },
      );
    const earlier = await openIt();
    await (await earlier.spawn("helper", { task: "quick", name: "w" })).report();
    await earlier.close();
    const first = await openIt();
    await first.spawn("helper", { task: "slow", name: "busy" });
    await settled();
    const second = await openIt();
    const closing = first.close().catch((error: unknown) => error);
    await settled();
    await second.agent("w").dismiss();
    gate.open();
    await settled();
    await world.clock.advance(1_000);
    await closing;
    // The process of the second one is killed here.
    const third = await openIt();
    expect(third.agent("w").record).toMatchObject({ dismissed: true });
    await third.agent("w").remove();
    expect(await third.agent("busy").report()).toMatchObject({ status: "success" });
    await third.close();
    const fourth = await openIt();
    expect(fourth.agents().map(({ name }) => name)).toEqual([null, "busy"]);
    await fourth.close();
    expect(checkPromises(await readAll(world.log))).toEqual([]);
  },
);

it("a folder that was taken over is let go of by the colony that had it", async () => {
  await using place = await ColonyPlace.make();
  const colony = (takeOver: boolean): Promise<Colony> =>
    openColony({
      dir: place.dir,
      takeOver,
      logger: SILENT_LOGGER,
      overseer: { model: createScriptedModel(() => ({ text: "yes" })) },
    });
  const first = await colony(false);
  const ended = (async () => {
    for await (const event of first.feed()) void event;
  })();
  await using second = await colony(true);
  await ended;
  await expect(first.inject("x")).rejects.toMatchObject({ code: "colony.in_use" });
  await first.close();
  expect(await (await second.inject("hello")).reply()).toBe("yes");
});
