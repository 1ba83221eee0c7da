import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { SILENT_LOGGER, defineTool, type Model, type ModelStreamPart } from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { defineWorker } from "@colony/worker";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";

// Started with `--expose-gc` and two numbers of executions: tells what a colony holds after each, beyond what it is
// meant to keep, which is its log and the records of its agents.

/** What is there while a colony is idle. */
interface Counts {
  readonly subscribers: number;
  readonly pulseListeners: number;
  readonly waitingFeeds: number;
  readonly timers: number;
  readonly running: number;
}

const AT_ONCE = 50;
const SAMPLED_EVERY = 100;

const usage = {
  inputTokens: { total: 7, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 3, text: undefined, reasoning: undefined },
};

const finished = (unified: "stop" | "tool-calls"): ModelStreamPart => ({
  type: "finish",
  finishReason: { unified, raw: unified },
  usage,
});

/** Answers at once, remembers nothing but some of the signals it was given. */
function instantModel(signals: AbortSignal[]): Model {
  let calls = 0;
  return {
    specificationVersion: "v4",
    provider: "instant",
    modelId: "m",
    doStream: async ({ prompt, abortSignal }) => {
      calls += 1;
      if (abortSignal !== undefined && calls % SAMPLED_EVERY === 0) signals.push(abortSignal);
      const parts: readonly ModelStreamPart[] = prompt.some(({ role }) => role === "tool")
        ? [{ type: "text-delta", id: "1", delta: "Done." }, finished("stop")]
        : [
            { type: "tool-call", toolCallId: `c${calls}`, toolName: "dig", input: '{"where":"here"}' },
            finished("tool-calls"),
          ];
      return {
        stream: new ReadableStream<ModelStreamPart>({
          start(controller) {
            for (const part of parts) controller.enqueue(part);
            controller.close();
          },
        }),
      };
    },
  };
}

/** Ten subscribers who have asked once, or never, and do not read on. */
async function asleep(colony: Colony): Promise<readonly AsyncIterator<unknown, undefined>[]> {
  const sleepers: AsyncIterator<unknown, undefined>[] = [];
  for (let index = 0; index < 10; index += 1) {
    const streams = [colony.feed(), colony.events$, colony.pulses$];
    const sleeper = streams[index % streams.length]?.[Symbol.asyncIterator]();
    if (sleeper === undefined) continue;
    if (index % 2 === 0) void sleeper.next();
    sleepers.push(sleeper);
  }
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  return sleepers;
}

async function collected(): Promise<number> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return process.memoryUsage().heapUsed;
}

/** Timers that are left once what was put off for a moment, such as a checkpoint, is done. */
async function timersAtRest(): Promise<number> {
  for (let tries = 0; tries < 100 && timers() > 0; tries += 1) await sleep(20);
  return timers();
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

async function measured(executions: number): Promise<object> {
  const log = createMemoryLog();
  const store = { log, snapshots: createMemorySnapshotStore(), blobs: createMemoryBlobStore() };
  const signals: AbortSignal[] = [];
  const model = instantModel(signals);
  let digs = 0;
  const dig = defineTool({
    name: "dig",
    description: "Digs.",
    input: z.object({ where: z.string() }),
    effect: "once",
    run: (_input, { signal }) => {
      digs += 1;
      if (digs % SAMPLED_EVERY === 0) signals.push(signal);
      return "dug";
    },
  });
  const held = await (async () => {
    const colony = await openColony({
      store,
      logger: SILENT_LOGGER,
      overseer: { model },
      workers: { helper: defineWorker({ model, tools: [dig] }) },
      limits: { concurrency: AT_ONCE },
    });
    const counts = async (): Promise<Counts> => {
      const timers = await timersAtRest();
      const { subscribers, pulseListeners, waitingFeeds } = colony.stats();
      const running = colony.agents().filter(({ status }) => status !== "closed").length;
      return { subscribers, pulseListeners, waitingFeeds, timers, running };
    };
    const work = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += AT_ONCE) {
        const handles = await Promise.all(
          Array.from({ length: AT_ONCE }, () => colony.spawn("helper", { task: "dig" })),
        );
        await Promise.all(handles.map((handle) => handle.report()));
      }
      await colony.idle();
    };
    await work(AT_ONCE);
    const sleepers = await asleep(colony);
    const before = await counts();
    await work(executions - AT_ONCE);
    const open = await collected();
    const after = await counts();
    const records = colony.agents();
    for (const sleeper of sleepers) await sleeper.return?.();
    await colony.close();
    return { before, after, open, records };
  })();
  const { before, after, open, records } = held;
  const kept = await collected();
  const listeners = signals.reduce((sum, signal) => sum + getEventListeners(signal, "abort").length, 0);
  return { before, after, digs, agents: records.length, events: log.head(), beyond: open - kept, listeners };
}

const sizes = process.argv.slice(2).map(Number);
const told: object[] = [];
for (const size of [100, ...sizes]) told.push(await measured(size));
process.stdout.write(JSON.stringify(told.slice(1)));
