import type { EventEmitter } from "node:events";
import {
  ColonyError,
  SILENT_LOGGER,
  defineTool,
  type ColonyEvent,
  type EventLog,
  type Logger,
  type Message,
  type ModelRequest,
  type Report,
} from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import {
  checkPromises,
  createGate,
  createManualClock,
  createScriptedModel,
  createSequenceIds,
  readAll,
  type ModelScript,
  type ScriptedTurn,
} from "@colony/testkit";
import { defineWorker, type WorkerOptions } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import type { ColonyLimits } from "./options.ts";
import { settled } from "./testing/settled.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);
beforeEach(() => {
  uncaught.length = 0;
  (process as EventEmitter).on("unhandledRejection", note);
});
const clock = createManualClock({ now: 1_000 });
const opened: Colony[] = [];
afterEach(async () => {
  for (const colony of opened.splice(0)) await closed(colony);
  (process as EventEmitter).off("unhandledRejection", note);
  expect(uncaught).toEqual([]);
});

/** Closes a colony whose work under way gets no time to finish. */
async function closed(colony: Colony): Promise<void> {
  await Promise.all([colony.close(), settled().then(() => clock.advance(0))]);
}

const memory = () => ({
  log: createMemoryLog(),
  snapshots: createMemorySnapshotStore(),
  blobs: createMemoryBlobStore(),
});

async function open(
  options: {
    readonly overseer?: ModelScript;
    readonly worker?: ModelScript;
    readonly definition?: Partial<WorkerOptions>;
    readonly store?: { readonly log: EventLog } & Omit<ReturnType<typeof memory>, "log">;
    readonly limits?: ColonyLimits;
    readonly logger?: Logger;
  } = {},
) {
  const model = createScriptedModel(options.overseer ?? ((request) => ({ text: `re: ${lastOf(request)}` })));
  const worker = createScriptedModel(options.worker ?? ((request) => report(`did ${lastOf(request)}`)));
  const store = options.store ?? memory();
  const colony = await openColony({
    dir: "memory",
    clock,
    ids: createSequenceIds(),
    logger: options.logger ?? SILENT_LOGGER,
    store,
    overseer: { model },
    workers: { helper: defineWorker({ model: worker, ...options.definition }) },
    limits: { shutdownGraceMs: 0, ...options.limits },
  });
  opened.push(colony);
  return { colony, model, worker, store };
}

const report = (summary: string): ScriptedTurn => ({
  toolCalls: [{ name: "report_to_parent", input: { status: "success", summary } }],
});
const heard = ({ prompt }: ModelRequest): readonly string[] =>
  prompt.flatMap((message) =>
    message.role === "user" || message.role === "assistant"
      ? message.content.flatMap((part) => (part.type === "text" ? [`${message.role}: ${part.text}`] : []))
      : [],
  );
const lastOf = (request: ModelRequest): string =>
  heard(request)
    .at(-1)
    ?.replace(/^user: /, "") ?? "";

const SEED: readonly Message[] = [
  { role: "user", origin: "chat", text: "my name is Ada" },
  { role: "assistant", parts: [{ type: "text", text: "hello Ada" }] },
];

describe("a colony", () => {
  it("is opened, chatted with and closed as the README shows", async () => {
    const events: string[] = [];
    const reports: Report[] = [];
    let reply: string;
    {
      const model = createScriptedModel((request, index) =>
        index === 0
          ? {
              toolCalls: [
                { name: "spawn_workers", input: { tasks: [{ task: "a" }, { task: "b" }, { task: "c" }] } },
              ],
            }
          : {
              text:
                index === 1
                  ? "I have started three"
                  : `summed up ${
                      heard(request)
                        .join()
                        .match(/"facts"/g)?.length
                    }`,
            },
      );
      const researcher = createScriptedModel(() => ({
        toolCalls: [
          { name: "report_to_parent", input: { status: "success", summary: "s", data: { facts: ["f"] } } },
        ],
      }));
      await using colony = await openColony({
        dir: "memory",
        logger: SILENT_LOGGER,
        overseer: { model, instructions: "Delegate; then summarise." },
        workers: {
          researcher: defineWorker({ model: researcher, report: z.object({ facts: z.array(z.string()) }) }),
        },
        limits: { concurrency: 8 },
      });
      colony.events$.subscribe((event) => events.push(event.type));
      colony.reports$.subscribe((one) => reports.push(one));
      const receipt = await colony.inject("Compare the three proposals in ./docs");
      reply = await receipt.reply();
      expect(model.requests[0]?.prompt[0]).toMatchObject({
        role: "system",
        content: matching(/Delegate; then summarise\.$/),
      });
    }
    expect(reply).toMatch(/^summed up \d$/);
    expect(reports.map(({ status, data, explicit }) => [status, data, explicit])).toEqual(
      Array.from({ length: 3 }, () => ["success", { facts: ["f"] }, true]),
    );
    expect(events.at(0)).toBe("INPUT_RECEIVED");
    expect(events.at(-1)).toBe("COLONY_CLOSED");
  });

  it("shows its events, reports and pulses as observables and as async iterables", async () => {
    const { colony } = await open();
    const told: ColonyEvent[] = [];
    const iterated: ColonyEvent[] = [];
    const reports: string[] = [];
    const pulses: string[] = [];
    let completed = 0;
    const complete = (): void => void (completed += 1);
    colony.events$.subscribe({ next: (event) => told.push(event), complete });
    colony.reports$.subscribe({ next: ({ summary }) => reports.push(summary), complete });
    colony.pulses$.subscribe({ next: (pulse) => pulses.push(pulse.type), complete });
    const iterating = Promise.all([
      (async () => {
        for await (const event of colony.events$) iterated.push(event);
      })(),
      (async () => {
        for await (const one of colony.reports$) reports.push(`again ${one.summary}`);
      })(),
      (async () => {
        for await (const pulse of colony.pulses$) pulses.push(`again ${pulse.type}`);
      })(),
    ]);
    await (await colony.spawn("helper", { task: "t" })).report();
    await (await colony.inject("hello")).reply();
    await colony.close();
    await iterating;
    expect(iterated).toEqual(told);
    expect(reports.toSorted()).toEqual(["again did t", "did t"]);
    expect(pulses.filter((type) => type === "text").length).toBe(
      pulses.filter((type) => type === "again text").length,
    );
    expect(pulses).toContain("text");
    expect(completed).toBe(3);
  });

  it("feeds from any place without a gap, and finds what has happened already", async () => {
    const { colony, store } = await open();
    await (await colony.inject("one")).reply();
    const middle = colony.head();
    await (await colony.inject("two")).reply();
    const fed: ColonyEvent[] = [];
    for await (const event of colony.feed({ after: middle, until: colony.head() })) fed.push(event);
    expect(fed).toEqual((await readAll(store.log)).slice(middle));
    const query = { types: ["INPUT_RECEIVED"] } as const;
    expect(await colony.waitFor(query, { after: middle, timeoutMs: 0 })).toMatchObject({
      data: { text: "two" },
    });
    expect(await colony.waitFor(query, { timeoutMs: 0 })).toBeUndefined();
    const selected: string[] = [];
    colony.select(query).subscribe((event) => selected.push(event.type));
    const waiting = colony.waitFor(query);
    await colony.inject("three");
    expect(await waiting).toMatchObject({ data: { text: "three" } });
    expect(selected).toEqual(["INPUT_RECEIVED"]);
    expect(colony.stats().head).toBe(colony.head());
  });

  it("tells its operator of a subscriber that throws, and goes on", async () => {
    const problems: string[] = [];
    const say = (_data: object, message: string): void => void problems.push(message);
    const logger: Logger = { debug: say, info: say, warn: say, error: say, child: () => logger };
    const { colony } = await open({ logger });
    colony.events$.subscribe(() => {
      throw new Error("mine");
    });
    expect(await (await colony.inject("one")).reply()).toBe("re: one");
    expect(new Set(problems)).toEqual(new Set(["subscriber failed"]));
  });

  it("keeps a large tool result whole, to be had by its hash", async () => {
    const large = "x".repeat(50_000);
    const look = defineTool({
      name: "look",
      description: "looks",
      input: z.object({}),
      effect: "pure",
      run: () => large,
    });
    const { colony } = await open({
      definition: { tools: [look] },
      worker: (_request, index) =>
        index === 0 ? { toolCalls: [{ name: "look", input: {} }] } : report("seen"),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.report();
    const state = await worker.state();
    const [call] = state.conversation.flatMap((entry) => (entry.role === "assistant" ? entry.calls : []));
    expect(call?.result?.blob).toBeDefined();
    expect(await colony.blob(call?.result?.blob?.sha256 ?? "")).toBe(large);
  });
});

describe("a worker that a program spawns", () => {
  it("reports to whoever holds its handle, and to nobody's inbox", async () => {
    const { colony, model } = await open();
    const worker = await colony.spawn("helper", { task: "dig", name: "Digger", label: "Digs", priority: 3 });
    expect(await worker.report()).toMatchObject({ status: "success", summary: "did dig", parentId: null });
    expect(worker.record).toMatchObject({
      name: "Digger",
      label: "Digs",
      priority: 3,
      depth: 1,
      status: "closed",
    });
    expect(model.requests).toHaveLength(0);
    expect(colony.agent("Digger").id).toBe(worker.id);
    expect((await worker.conversation()).map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
  });

  it("with the overseer as its parent wakes the overseer with its report", async () => {
    const { colony, model } = await open();
    await (await colony.spawn("helper", { task: "dig", parent: "overseer" })).report();
    await colony.idle();
    expect(lastOf(model.requests[0] as ModelRequest)).toMatch(/did dig/);
  });

  it("can be waited for with a time limit and a signal, and asked again when it has ended", async () => {
    const gate = createGate();
    const { colony } = await open({ worker: () => ({ ...report("late"), before: gate.opened }) });
    const worker = await colony.spawn("helper", { task: "dig" });
    const waiting = worker.report({ timeoutMs: 50 });
    await settled();
    await clock.advance(50);
    expect(await waiting).toBeUndefined();
    const controller = new AbortController();
    const aborted = worker.report({ signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "wait.aborted" });
    gate.open();
    expect(await worker.report()).toMatchObject({ summary: "late" });
    expect(await worker.report()).toMatchObject({ summary: "late" });
  });

  it("can be cancelled and stopped; a second time there is nothing left to do", async () => {
    const { colony, store } = await open({ worker: () => ({ text: "x", before: createGate().opened }) });
    const one = await colony.spawn("helper", { task: "1" });
    const two = await colony.spawn("helper", { task: "2" });
    await settled();
    await one.cancel({ reason: "no need" });
    expect(await one.report()).toMatchObject({
      status: "cancelled",
      cause: "user",
      summary: matching(/no need/),
    });
    await expect(one.cancel()).rejects.toMatchObject({ code: "execution.ended" });
    expect(await two.stop()).toEqual([two.id]);
    expect(await two.stop()).toEqual([]);
    expect(checkPromises(await readAll(store.log))).toEqual([]);
  });

  it.each([
    {
      what: "an unknown definition",
      definition: "cook",
      options: { task: "t" },
      refused: { code: "definition.not_found", message: 'no worker definition "cook"; defined are: helper' },
    },
    {
      what: "an empty task",
      definition: "helper",
      options: { task: " " },
      refused: { code: "spawn.refused", message: "the task is empty; say what the worker is to do" },
    },
    {
      what: "a name that is taken",
      definition: "helper",
      options: { task: "t", name: "Tom" },
      refused: {
        code: "agent.name_taken",
        message: 'there is already an agent named "Tom"; choose another name, or give "auto"',
      },
    },
  ])("is refused with $what, and leaves no trace", async ({ definition, options, refused }) => {
    const { colony } = await open();
    await (await colony.spawn("helper", { task: "t", name: "Tom" })).report();
    const head = colony.head();
    await expect(colony.spawn(definition, options)).rejects.toMatchObject(refused);
    expect(colony.head()).toBe(head);
  });

  it("that is not there is a clear error", async () => {
    const { colony } = await open();
    expect(() => colony.agent("nobody")).toThrow(
      new ColonyError("agent.not_found", 'there is no agent "nobody" in this colony'),
    );
  });

  it("works no longer than its time from its start, however long it waited for a place", async () => {
    const gate = createGate();
    const { colony } = await open({
      limits: { concurrency: 1 },
      definition: { limits: { softWallMs: 500, hardWallMs: 1_000 } },
      worker: (request, index) =>
        index === 0
          ? { ...report("first"), before: gate.opened }
          : { text: `x ${lastOf(request)}`, before: createGate().opened },
    });
    const first = await colony.spawn("helper", { task: "1" });
    const second = await colony.spawn("helper", { task: "2" });
    await settled();
    await clock.advance(900);
    expect(second.record.execution?.status).toBe("queued");
    gate.open();
    await first.report();
    await settled();
    await clock.advance(999);
    await settled();
    expect(second.record.execution?.status).toBe("running");
    await clock.advance(1);
    expect(await second.report()).toMatchObject({ status: "timed_out", cause: "timeout", durationMs: 1_000 });
  });
});

describe("seeding", () => {
  it("gives the overseer a conversation, which its model sees", async () => {
    const { colony, model, store } = await open();
    const head = colony.head();
    expect(await colony.seed({ messages: SEED })).toEqual({ messages: 2, problems: [] });
    const seeded = (await readAll(store.log)).slice(head);
    expect(seeded.map(({ type }) => type)).toEqual(["AGENT_SEEDED"]);
    expect(await (await colony.inject("who am I?")).reply()).toBe("re: who am I?");
    expect(heard(model.requests[0] as ModelRequest)).toEqual([
      "user: my name is Ada",
      "assistant: hello Ada",
      "user: who am I?",
    ]);
  });

  it("gives a worker a conversation before its task", async () => {
    const { colony, worker } = await open();
    const seeded = await colony.spawn("helper", { task: "greet", seed: { messages: SEED } });
    expect(await seeded.report()).toMatchObject({ summary: "did greet" });
    expect(heard(worker.requests[0] as ModelRequest)).toEqual([
      "user: my name is Ada",
      "assistant: hello Ada",
      "user: greet",
    ]);
  });

  it("is possible for a worker that waits for a place", async () => {
    const gate = createGate();
    const { colony, worker } = await open({
      limits: { concurrency: 1 },
      worker: (_request, index) => ({
        ...report("x"),
        before: index === 0 ? gate.opened : Promise.resolve(),
      }),
    });
    await colony.spawn("helper", { task: "busy" });
    const waiting = await colony.spawn("helper", { task: "greet" });
    await waiting.seed({ messages: SEED });
    gate.open();
    await waiting.report();
    expect(heard(worker.requests[1] as ModelRequest)).toEqual([
      "user: my name is Ada",
      "assistant: hello Ada",
      "user: greet",
    ]);
  });

  it("says what it left out or mended, and records it", async () => {
    const { colony, store } = await open();
    const orphan: Message = {
      role: "tool",
      callId: "gone" as never,
      name: "x",
      result: { status: "ok", output: 1 },
    };
    const outcome = await colony.seed({ messages: [...SEED, orphan] });
    expect(outcome).toMatchObject({ messages: 2, problems: [{ where: "message 3", action: "dropped" }] });
    const event = (await readAll(store.log)).find(({ type }) => type === "AGENT_SEEDED");
    expect(event?.data).toMatchObject({ source: "messages", problems: outcome.problems });
  });

  it.each([
    [
      "after the first execution has started",
      "agent.not_pending",
      'agent "overseer" is open; a conversation can be seeded only before the first execution starts',
    ],
    [
      "a second time",
      "agent.not_pending",
      'agent "overseer" has been seeded already; seed it once, before it starts',
    ],
    ["from nothing", "seed.empty", "messages holds no message to seed from"],
    ["from where there is nothing", "seed.unreadable", matching(/nowhere/)],
  ])("%s is refused, and nothing is applied", async (when, code, message) => {
    const { colony } = await open();
    if (when.startsWith("after")) await (await colony.inject("hello")).reply();
    if (when.startsWith("a second")) await colony.seed({ messages: SEED });
    const head = colony.head();
    const source = when.startsWith("from where")
      ? { from: "./nowhere" }
      : { messages: when === "from nothing" ? [] : SEED };
    await expect(colony.seed(source)).rejects.toMatchObject({ code, message });
    expect(colony.head()).toBe(head);
  });

  it.each([{ from: "./nowhere" }, { messages: [] }])(
    "with %j leaves nothing of the worker that was to have it",
    async (seed) => {
      const { colony } = await open();
      const head = colony.head();
      await expect(colony.spawn("helper", { task: "t", seed })).rejects.toBeInstanceOf(ColonyError);
      expect(colony.head()).toBe(head);
      expect(colony.agents()).toHaveLength(1);
    },
  );
});

describe("closing", () => {
  it("lets a step under way finish within the grace and commits it; nothing new begins", async () => {
    const gate = createGate();
    const looked: string[] = [];
    const look = defineTool({
      name: "look",
      description: "looks",
      input: z.object({}),
      async run() {
        await gate.opened;
        looked.push("looked");
        return "seen";
      },
    });
    const { colony, worker, store } = await open({
      limits: { shutdownGraceMs: 1_000 },
      definition: { tools: [look] },
      worker: () => ({ toolCalls: [{ name: "look", input: {} }] }),
    });
    await colony.spawn("helper", { task: "t" });
    await settled();
    const closing = colony.close();
    await settled();
    gate.open();
    await closing;
    expect(looked).toEqual(["looked"]);
    expect(worker.requests).toHaveLength(1);
    const types = (await readAll(store.log)).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(["TOOL_CALL_COMPLETED", "EXECUTION_PAUSED", "COLONY_CLOSED"]);

    const second = await open({ store, definition: { tools: [look] }, worker: () => report("went on") });
    await second.colony.idle();
    expect(second.worker.requests).toHaveLength(1);
    expect(second.worker.requests[0]?.prompt.at(-1)).toMatchObject({
      role: "tool",
      content: [{ toolName: "look" }],
    });
    expect(checkPromises(await readAll(store.log))).toEqual([]);
  });

  it("does not wait for a step that takes longer than the grace", async () => {
    const { colony } = await open({
      limits: { shutdownGraceMs: 500 },
      overseer: () => ({ text: "x", before: createGate().opened, abort: "deaf" }),
    });
    await colony.inject("hello");
    await settled();
    let done = false;
    const closing = colony.close().then(() => (done = true));
    await settled();
    await clock.advance(499);
    expect(done).toBe(false);
    await clock.advance(1);
    await closing;
  });

  it("twice is fine, and whatever is asked afterwards is refused as closed", async () => {
    const { colony } = await open();
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.report();
    const receipt = await colony.inject("hello");
    await receipt.reply();
    await Promise.all([colony.close(), colony.close()]);
    await colony.close();
    const refused = { code: "colony.closed", message: "this colony has been closed; open it again to go on" };
    for (const asked of [
      () => colony.inject("x"),
      () => colony.spawn("helper", { task: "t" }),
      () => colony.seed({ messages: SEED }),
      () => colony.stop(),
      () => colony.idle(),
      () => colony.blob("x"),
      () => colony.waitFor({}),
      () => worker.inject("x"),
      () => worker.cancel(),
      () => worker.stop(),
      () => worker.report(),
      () => worker.state(),
      () => worker.conversation(),
      () => worker.seed({ messages: SEED }),
      () => colony.overseer.inject("x"),
      () => receipt.outcome(),
      () => receipt.reply(),
    ])
      await expect(asked()).rejects.toMatchObject(refused);
    expect(() => colony.feed()).toThrow(refused.message);
    expect(worker.record.report?.status).toBe("success");
  });

  it("ends whoever waits for a report, with a sentence", async () => {
    const { colony } = await open({ worker: () => ({ text: "x", before: createGate().opened }) });
    const worker = await colony.spawn("helper", { task: "t" });
    await Promise.all([
      expect(worker.report()).rejects.toMatchObject({ code: "colony.closed" }),
      settled().then(() => closed(colony)),
    ]);
  });
});

describe("a log that cannot be written", () => {
  it("makes an input fail with its sentence, loses nothing, and all goes on when it can be written again", async () => {
    const store = memory();
    let full = false;
    const log: EventLog = {
      ...store.log,
      async append(append) {
        if (full) throw new ColonyError("log.write_failed", "the disk is full: make room, then try again");
        return await store.log.append(append);
      },
    };
    const gate = createGate();
    const { colony } = await open({
      store: { ...store, log },
      overseer: (request) => ({
        text: `re: ${lastOf(request)}`,
        before: lastOf(request) === "one" ? gate.opened : Promise.resolve(),
      }),
    });
    const one = await colony.inject("one");
    await settled();
    full = true;
    await expect(colony.inject("two")).rejects.toMatchObject({
      code: "log.write_failed",
      message: "the disk is full: make room, then try again",
    });
    await expect(colony.spawn("helper", { task: "t", name: "Tom" })).rejects.toMatchObject({
      code: "log.write_failed",
    });
    gate.open();
    await settled();
    expect(colony.overseer.record.execution?.status).toBe("running");
    full = false;
    await clock.advance(60_000);
    expect(await one.reply()).toBe("re: one");
    expect(await (await colony.inject("two")).reply()).toBe("re: two");
    await (await colony.spawn("helper", { task: "t", name: "Tom" })).report();
    expect(checkPromises(await readAll(store.log))).toEqual([]);
  });

  it("does not keep a colony from closing", async () => {
    const store = memory();
    let full = false;
    const log: EventLog = {
      ...store.log,
      async append(append) {
        if (full) throw new ColonyError("log.write_failed", "the disk is full");
        return await store.log.append(append);
      },
    };
    const gate = createGate();
    const { colony } = await open({
      store: { ...store, log },
      overseer: () => ({ text: "x", before: gate.opened }),
    });
    await colony.inject("one");
    await settled();
    full = true;
    gate.open();
    await settled();
    await expect(closed(colony)).rejects.toMatchObject({ code: "log.write_failed" });
    opened.length = 0;
  });
});
