import { ColonyError, SILENT_LOGGER, defineTool, type EventLog, type Processes } from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import {
  ProcessWorld,
  createGate,
  createManualClock,
  createScriptedModel,
  createSlowLog,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import { calls, heard, results } from "./testing/said.ts";

const clock = createManualClock();
const TIMEOUT_MS = 60_000;

const serve = defineTool({
  name: "serve",
  description: "Runs a server.",
  input: z.object({ name: z.string() }),
  timeoutMs: TIMEOUT_MS,
  run: async ({ name }, { runProcess }) => (await runProcess("server", [name])).stdout,
});

/** Servers that do not end by themselves. */
class ServedWorld {
  readonly world = new ProcessWorld(clock, { server: { ms: Number.POSITIVE_INFINITY } });
  readonly processes = this.world.hostedBy(clock);
}

/** A colony whose workers each run a server that does not end by itself. */
async function serving({
  log = createMemoryLog(),
  change = {},
}: { readonly log?: EventLog; readonly change?: Partial<Processes> } = {}) {
  const { world, processes } = new ServedWorld();
  const model = createScriptedModel((request) =>
    results(request).length > 0 ? { text: "done" } : calls(["serve", { name: heard(request)[0] }]),
  );
  const colony = await openColony({
    clock,
    logger: SILENT_LOGGER,
    store: { log, snapshots: createMemorySnapshotStore(), blobs: createMemoryBlobStore() },
    processes: { ...processes, ...change },
    limits: { shutdownGraceMs: 0 },
    overseer: { model },
    workers: { helper: defineWorker({ model, tools: [serve] }) },
  });
  const started = async (name: string) => {
    const worker = await colony.spawn("helper", { task: name, name });
    await colony.waitFor({ types: ["PROCESS_STARTED"], agentId: worker.id }, { after: 0 });
    return worker;
  };
  return { colony, world, started };
}

async function closed(colony: Colony): Promise<void> {
  await Promise.all([colony.close(), clock.advance(1)]);
}

it("a stop of one worker ends what runs for it, and nothing that runs for others", async () => {
  const { colony, world, started } = await serving();
  const one = await started("one");
  await started("other");
  await one.stop();
  expect(world.alive).toEqual(["server other"]);
  await closed(colony);
  expect(world.alive).toEqual([]);
});

it("a program is not begun whose call is out of time before its start is recorded", async () => {
  const recorded = createGate();
  const inner = createMemoryLog();
  let isSlow = false;
  const slow = createSlowLog(inner, async () => {
    if (isSlow) await recorded.opened;
  });
  const append: EventLog["append"] = (given) => {
    isSlow ||= given.events.some(({ type }) => type === "PROCESS_STARTED");
    return slow.append(given);
  };
  const begun: string[] = [];
  const { processes } = new ServedWorld();
  const spawn: Processes["spawn"] = async (command, args, options) => {
    const own = await processes.spawn(command, args, options);
    return { ...own, begin: () => void begun.push(command) };
  };
  const { colony } = await serving({ log: { ...slow, append }, change: { ...processes, spawn } });
  const worker = await colony.spawn("helper", { task: "one" });
  await clock.advance(TIMEOUT_MS);
  recorded.open();
  await worker.report();
  await closed(colony);
  expect([isSlow, begun]).toEqual([true, []]);
});

it("a colony closes although a process of its tools cannot be ended", async () => {
  const stop = (): Promise<never> =>
    Promise.reject(new ColonyError("process.not_ended", "it has not ended; see what it waits for"));
  const { colony, world, started } = await serving({ change: { stop } });
  await started("one");
  await closed(colony);
  expect(world.alive).toEqual(["server one"]);
});
