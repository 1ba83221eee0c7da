import { ColonyError, SILENT_LOGGER, type Append, type ErrorCode } from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import {
  checkPromises,
  checkReplay,
  crashEverywhere,
  createGate,
  createManualClock,
  createMemoryGround,
  createScriptedModel,
  type Life,
  type ScriptedTurn,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, newest, results } from "../testing/said.ts";

const containing = (words: string): unknown => expect.stringContaining(words);
const NEVER = createGate().opened;

/** A ground that also remembers what a person has seen to be done, and does not ask for again. */
const groundOfAPerson = () => ({ ...createMemoryGround(), seen: new Set<string>() });

async function open(life: Life): Promise<Colony> {
  const model = createScriptedModel((request) =>
    newest(request) === "hang" ? { text: "never", before: NEVER } : echoes(request),
  );
  return await openColony({
    ...life.options,
    limits: { shutdownGraceMs: 0 },
    overseer: { model: life.model(createScriptedModel([])) },
    workers: { helper: defineWorker({ lifetime: "persistent", model: life.model(model) }) },
  });
}

describe("killed anywhere", () => {
  it("a closed worker keeps what waits for it, runs nothing, and goes on with all of it once it is opened again", async () => {
    const { failures, points } = await crashEverywhere(
      {
        ground: groundOfAPerson,
        async live(life, { seen }) {
          const colony = await open(life);
          const once = async (what: string, act: () => Promise<unknown>): Promise<void> => {
            if (seen.has(what)) return;
            await act();
            seen.add(what);
          };
          const known = colony.agents().find(({ name }) => name === "Tom");
          const tom =
            known === undefined
              ? await colony.spawn("helper", { task: "hang", name: "Tom" })
              : colony.agent(known.id);
          for (const text of ["a", "b"])
            await once(text, () => tom.send(text, { idempotencyKey: text, mode: "queue" }));
          await once("close", () => tom.close({ reason: "lunch" }));
          await once("reopen", () => tom.reopen());
          await tom.wait();
          await once("dismiss", () => tom.dismiss());
          await colony.close();
        },
        check(events, { commits }) {
          const of = (type: string) => events.filter((event) => event.type === type);
          const reopenedAt = of("AGENT_REOPENED")[0]?.seq ?? 0;
          const given = of("INPUT_DELIVERED");
          return [
            ...checkPromises(events),
            ...checkReplay(events, commits),
            ...["AGENT_CLOSED", "AGENT_REOPENED", "AGENT_DISMISSED"].flatMap((type) =>
              of(type).length === 1 ? [] : [`${of(type).length} times ${type}`],
            ),
            ...(given.length === 2 ? [] : [`${given.length} inputs given`]),
            ...(given.every(({ seq }) => seq > reopenedAt)
              ? []
              : ["something was given while it was closed"]),
          ];
        },
      },
      { again: 3 },
    );
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(25);
  }, 120_000);

  it("an agent closes its worker and opens it again once, and neither is done behind anybody's back", async () => {
    const { failures, points } = await crashEverywhere({
      ground: createMemoryGround,
      async live(life) {
        const steps = [
          calls(["spawn_worker", { task: "hang", name: "auto" }]),
          calls(["send_to_worker", { worker: "w-", message: "later", mode: "queue" }]),
          calls(["close_worker", { worker: "w-" }]),
          calls(["reopen_worker", { worker: "w-" }]),
          calls(["wait_for_reports", { workers: ["w-"] }]),
        ];
        const worker = createScriptedModel((request) =>
          newest(request) === "hang" ? { text: "never", before: NEVER } : echoes(request),
        );
        const overseer = createScriptedModel((request) => {
          const made = results(request);
          const id = /w-[0-9a-z]{12}/.exec(made.join(" "))?.[0] ?? "w-";
          const step = JSON.stringify(steps[made.length] ?? { text: "done" });
          return JSON.parse(step.replaceAll('"w-"', JSON.stringify(id))) as ScriptedTurn;
        });
        const colony = await openColony({
          ...life.options,
          limits: { shutdownGraceMs: 0 },
          overseer: { model: life.model(overseer) },
          workers: { helper: defineWorker({ lifetime: "persistent", model: life.model(worker) }) },
        });
        await (await colony.inject("go", { idempotencyKey: "1" })).reply();
        await colony.close();
      },
      check(events, { commits }) {
        const count = (type: string): number => events.filter((event) => event.type === type).length;
        const names = events.flatMap((event) =>
          event.type === "AGENT_SPAWNED" ? (event.data.name ?? []) : [],
        );
        return [
          ...checkPromises(events),
          ...checkReplay(events, commits),
          ...["AGENT_CLOSED", "AGENT_REOPENED"].flatMap((type) =>
            count(type) === 1 ? [] : [`${count(type)} times ${type}`],
          ),
          ...(names.length === 1 ? [] : [`named ${names.join()}`]),
          ...(count("SUBAGENT_REPORT") === 2 ? [] : [`${count("SUBAGENT_REPORT")} reports`]),
        ];
      },
    });
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(40);
  }, 240_000);

  it("a worker that is removed is gone or there, and its name is had by one", async () => {
    const { failures, points } = await crashEverywhere({
      ground: groundOfAPerson,
      async live(life, { seen }) {
        const colony = await open(life);
        const named = () => colony.agents().find(({ name }) => name === "Tom");
        if (!seen.has("removed")) {
          const first = named() ?? (await colony.spawn("helper", { task: "one", name: "Tom" })).record;
          const tom = colony.agent(first.id);
          await tom.close();
          await tom.remove();
          seen.add("removed");
        }
        const second = named() ?? (await colony.spawn("helper", { task: "two", name: "Tom" })).record;
        await colony.agent(second.id).wait();
        expect(colony.agents().filter(({ name }) => name === "Tom")).toMatchObject([{ task: "two" }]);
        await colony.close();
      },
      check: (events, { commits }) => {
        const spawned = events.flatMap((event) =>
          event.type === "AGENT_SPAWNED" && event.data.name === "Tom" ? [event.data.task] : [],
        );
        const removed = events.filter(({ type }) => type === "AGENT_REMOVED");
        return [
          ...checkPromises(events),
          ...checkReplay(events, commits),
          // A person who does not know whether the first was removed spawns it again.
          ...(spawned.at(-1) === "two" && removed.length === spawned.length - 1
            ? []
            : [`spawned ${spawned.join()}, removed ${removed.length}`]),
        ];
      },
    });
    expect(failures).toEqual([]);
    expect(points.length).toBeGreaterThan(15);
  }, 120_000);
});

describe("over processes", () => {
  it("a worker that was closed in one is opened again in the next, and goes on in the one after that", async () => {
    await using machine = new Machine();
    const helper = { lifetime: "persistent" } as const;
    const first = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
      helper,
    });
    const tom = await first.colony.spawn("helper", { task: "t", name: "Tom" });
    await machine.settled();
    await tom.send("later", { mode: "queue" });
    await tom.close();
    await machine.close();

    const second = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
      helper,
    });
    expect(await second.colony.worker("Tom").snapshot()).toMatchObject({
      status: "closed",
      queueSize: 1,
      queuedPreview: "later",
      lastInput: "t",
    });
    await second.colony.worker("Tom").reopen();
    await machine.settled();
    second.life.kill();

    const third = await machine.start({ overseer: echoes, worker: echoes, helper });
    expect(await third.colony.worker("Tom").wait()).toMatchObject({
      status: "idle",
      lastOutput: "re: later",
    });
    expect(checkPromises(await machine.events())).toEqual([]);
  });
});

describe("a close", () => {
  it("meets an end that comes first, and a worker that begins with its next input, just as well", async () => {
    for (const turns of [0, 1, 2, 3, 5, 8, 13, 21]) {
      await using machine = new Machine();
      const gate = createGate();
      const { colony } = await machine.start({
        overseer: echoes,
        worker: (request) => ({ ...echoes(request), before: gate.opened }),
        helper: { lifetime: "persistent" },
      });
      const worker = await colony.spawn("helper", { task: "one" });
      await machine.settled();
      for (const text of ["two", "three", "four"]) await worker.send(text, { mode: "queue" });
      gate.open();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      await worker.close();
      const given = (await machine.of("INPUT_DELIVERED")).length;
      await machine.later(1_000);
      expect(worker.record).toMatchObject({ status: "closed", pendingInputs: 3 - given });
      expect(await machine.of("INPUT_DELIVERED")).toHaveLength(given);
      expect(checkPromises(await machine.events())).toEqual([]);
    }
  });

  it("of several at once, and with stops among them, is one", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
      helper: { lifetime: "persistent" },
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    const kept = await worker.send("later", { mode: "queue" });
    await Promise.all([worker.close(), worker.stop(), worker.close()]);
    expect(await machine.of("AGENT_CLOSED")).toHaveLength(1);
    expect(await kept.outcome()).toMatchObject({ status: "discarded" });
    expect(checkPromises(await machine.events())).toEqual([]);
  });

  it("ends what its overseer waits for: the answer does not wait for what the worker keeps", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: (request, index) =>
        [
          calls(["spawn_worker", { task: "hang", name: "Tom" }]),
          calls(["send_to_worker", { worker: "Tom", message: "later", mode: "queue" }]),
          calls(["close_worker", { worker: "Tom" }]),
        ][index] ?? { text: `heard ${newest(request).includes("closed")}` },
      worker: () => ({ text: "never", before: NEVER }),
      helper: { lifetime: "persistent" },
    });
    expect(await (await colony.inject("go")).reply()).toMatch(/^heard/);
    expect(colony.worker("Tom").record).toMatchObject({ status: "closed", pendingInputs: 1 });
  });

  it("leaves those below it at work, whose reports it is given when it is opened again", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, worker: model } = await machine.start({
      overseer: echoes,
      worker: (request, index) => {
        if (newest(request) === "below") return { text: "found it", before: gate.opened };
        if (index === 0) return calls(["spawn_worker", { task: "below", worker: "helper" }]);
        return newest(request).includes("worker_report")
          ? { text: "thanks" }
          : { text: "never", before: NEVER };
      },
      helper: { lifetime: "persistent" },
      limits: { maxDepth: 2 },
    });
    const lead = await colony.spawn("helper", { task: "lead", name: "Lead" });
    await machine.until(() => model.requests.some((request) => newest(request) === "below"));
    await machine.until(
      () => lead.record.execution?.turns === 1 && lead.record.execution.phase === "thinking",
    );
    await lead.close();
    gate.open();
    await colony.idle();
    const below = colony.agents().find(({ task }) => task === "below");
    expect(below?.report).toMatchObject({ status: "success", summary: "found it" });
    expect(lead.record).toMatchObject({ status: "closed", pendingInputs: 1 });
    const asked = model.requests.length;
    await lead.reopen();
    await lead.wait();
    expect(model.requests).toHaveLength(asked + 1);
    expect(newest(model.requests.at(-1) as never)).toContain("found it");
    expect(lead.record.pendingInputs).toBe(0);
  });

  it("that cannot be stored calls off what runs at once, and is stored as soon as it can be", async () => {
    const memory = createMemoryLog();
    const clock = createManualClock();
    const disk: { refuses: ErrorCode | undefined } = { refuses: undefined };
    const model = createScriptedModel(() => ({ text: "so far", during: NEVER, abort: "aware" }));
    const append = async (what: Append) => {
      if (disk.refuses !== undefined) throw new ColonyError(disk.refuses, "database or disk is full.");
      return await memory.append(what);
    };
    await using colony = await openColony({
      store: {
        log: { ...memory, append },
        snapshots: createMemorySnapshotStore(),
        blobs: createMemoryBlobStore(),
      },
      clock,
      logger: SILENT_LOGGER,
      limits: { shutdownGraceMs: 0 },
      overseer: { model },
      workers: { helper: defineWorker({ model, lifetime: "persistent" }) },
    });
    const worker = await colony.spawn("helper", { task: "t" });
    const settled = async (): Promise<void> => {
      for (let turns = 0; turns < 5; turns += 1) await clock.advance(0);
    };
    await settled();
    await worker.send("later", { mode: "queue" });
    expect(model.active()).toBe(1);
    disk.refuses = "log.write_failed";
    await expect(worker.close()).rejects.toMatchObject({
      code: "log.write_failed",
      details: { kept: true },
      message: containing(`the close of "${worker.id}" was called off here at once`),
    });
    await settled();
    expect(model.active()).toBeLessThan(1);
    expect(worker.record.status).toBe("open");
    disk.refuses = undefined;
    await clock.advance(1_000);
    await settled();
    expect(worker.record).toMatchObject({ status: "closed", pendingInputs: 1 });
    expect(model.requests).toHaveLength(1);
  });
});
