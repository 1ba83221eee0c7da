import { SILENT_LOGGER, defineTool, type ColonyEvent, type EventLog, type ModelRequest } from "@colony/core";
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
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import type { ColonyLimits } from "./options.ts";
import { settled } from "./testing/settled.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

const clock = createManualClock({ now: 1_000 });
const opened: Colony[] = [];
afterEach(async () => {
  for (const colony of opened.splice(0)) await closed(colony);
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

async function open(options: {
  readonly overseer: ModelScript;
  readonly worker?: ModelScript;
  readonly definition?: Partial<WorkerOptions>;
  readonly limits?: ColonyLimits;
  readonly store?: Omit<ReturnType<typeof memory>, "log"> & { readonly log: EventLog };
}) {
  const model = createScriptedModel(options.overseer);
  const worker = createScriptedModel(options.worker ?? (() => report("done")));
  const colony = await openColony({
    dir: "memory",
    clock,
    ids: createSequenceIds(),
    logger: SILENT_LOGGER,
    store: options.store ?? memory(),
    overseer: { model },
    workers: { helper: defineWorker({ model: worker, ...options.definition }) },
    limits: { shutdownGraceMs: 0, ...options.limits },
  });
  opened.push(colony);
  return { colony, model, worker };
}

const spawnTurn = (...tasks: readonly string[]): ScriptedTurn => ({
  toolCalls: [{ name: "spawn_workers", input: { tasks: tasks.map((task) => ({ task, name: task })) } }],
});
const report = (summary: string): ScriptedTurn => ({
  toolCalls: [{ name: "report_to_parent", input: { status: "success", summary } }],
});
const heard = ({ prompt }: ModelRequest): readonly string[] =>
  prompt.flatMap((message) =>
    message.role === "user"
      ? message.content.flatMap((part) => (part.type === "text" ? [part.text] : []))
      : [],
  );
const lastOf = (request: ModelRequest): string => heard(request).at(-1) ?? "";

describe("a reply", () => {
  it("is the answer", async () => {
    const { colony } = await open({ overseer: [{ text: "hello to you" }] });
    const receipt = await colony.inject("hello");
    expect(await receipt.reply()).toBe("hello to you");
    expect(await receipt.outcome()).toEqual({
      status: "completed",
      cause: "finished",
      text: "hello to you",
      error: null,
      executionId: "overseer.1",
    });
  });

  it("waits for the whole fan-out: that workers were started is not yet an answer", async () => {
    const gates = [createGate(), createGate(), createGate()];
    const { colony } = await open({
      overseer: (request, index) => {
        if (index === 0) return spawnTurn("0", "1", "2");
        return {
          text:
            index === 1
              ? "I have started 3 workers"
              : `after ${lastOf(request).match(/"summary":"(\d)"/)?.[1]}`,
        };
      },
      worker: (request) =>
        ({
          ...report(heard(request)[0] ?? ""),
          before: gates[Number(heard(request)[0])]?.opened,
        }) as ScriptedTurn,
    });
    const receipt = await colony.inject("go");
    let reply: string | undefined;
    void receipt.reply().then((text) => (reply = text));
    for (const gate of gates) {
      await settled();
      expect(reply).toBeUndefined();
      gate.open();
    }
    await settled();
    expect(reply).toBe("after 2");
  });

  it("waits for workers that were started because of a report, too", async () => {
    const { colony } = await open({
      overseer: (request, index) => {
        if (index === 0) return spawnTurn("first");
        if (index === 1) return { text: "started" };
        if (index === 2) return spawnTurn("second");
        return { text: index === 3 ? "one more" : `last: ${lastOf(request).includes("second")}` };
      },
    });
    expect(await (await colony.inject("go")).reply()).toBe("last: true");
  });

  it("waits for what a persistent worker does with what it was sent, also while that waits for a place", async () => {
    const gates = new Map(["busy", "more"].map((text) => [text, createGate()] as const));
    const { colony } = await open({
      limits: { concurrency: 1 },
      definition: { lifetime: "persistent" },
      overseer: (request, index) => {
        if (index === 0) return spawnTurn("Tom");
        if (index === 1) return { text: "started" };
        if (index === 3)
          return { toolCalls: [{ name: "send_to_worker", input: { worker: "Tom", message: "more" } }] };
        return {
          text: index === 4 ? "sent" : `heard ${/"summary":"(.*?)"/.exec(lastOf(request))?.[1]}`,
        };
      },
      worker: (request) => ({
        text: `did ${lastOf(request)}`,
        before: gates.get(lastOf(request))?.opened ?? Promise.resolve(),
      }),
    });
    const one = await colony.inject("go");
    expect(await one.reply()).toBe("heard did Tom");
    await colony.spawn("helper", { task: "busy" });
    const two = await colony.inject("again");
    let replied = false;
    void two.reply().then(() => (replied = true));
    for (const gate of gates.values()) {
      await settled();
      expect(colony.overseer.record.execution?.status).toBe("completed");
      expect(replied).toBe(false);
      gate.open();
    }
    expect(await two.reply()).toBe("heard did more");
    expect(await one.reply()).toBe("heard did Tom");
  });

  it("of a worker is what it says last, and of one that has ended a clear refusal", async () => {
    const looked = createGate();
    const look = defineTool({
      name: "look",
      description: "looks",
      input: z.object({}),
      run: async () => await looked.opened,
    });
    const { colony } = await open({
      overseer: [],
      definition: { tools: [look] },
      worker: (request, index) =>
        index === 0 ? { toolCalls: [{ name: "look", input: {} }] } : report(`told: ${lastOf(request)}`),
    });
    const worker = await colony.spawn("helper", { task: "t", name: "Tom" });
    await settled();
    const receipt = await worker.inject("look left");
    looked.open();
    expect(await receipt.reply()).toBe("told: look left");
    await expect(worker.inject("more")).rejects.toMatchObject({
      code: "agent.closed",
      message: 'agent "Tom" is closed and takes no more inputs',
    });
  });

  it("comes for each input of a persistent worker, together with a report of each execution", async () => {
    const { colony } = await open({
      overseer: [],
      definition: { lifetime: "persistent" },
      worker: (request) => ({ text: `done: ${lastOf(request)}` }),
    });
    const reports: string[] = [];
    colony.reports$.subscribe(({ summary }) => reports.push(summary));
    const worker = await colony.spawn("helper", { task: "zero" });
    expect(await worker.report()).toMatchObject({ summary: "done: zero" });
    const one = await worker.inject("one", { mode: "queue" });
    const two = await worker.inject("two", { mode: "queue" });
    expect(await Promise.all([one.reply(), two.reply()])).toEqual(["done: one", "done: two"]);
    expect(await worker.report()).toMatchObject({ summary: "done: two" });
    expect(reports).toEqual(["done: zero", "done: one", "done: two"]);
    await worker.stop();
    expect(worker.record.status).toBe("closed");
  });
});

describe("several inputs", () => {
  it("one after the other each get their own reply", async () => {
    const { colony } = await open({ overseer: (request) => ({ text: `re: ${lastOf(request)}` }) });
    const receipts = [await colony.inject("one"), await colony.inject("two"), await colony.inject("three")];
    const replies = await Promise.all(receipts.map((receipt) => receipt.reply()));
    expect(replies).toEqual(["re: one", "re: two", "re: three"]);
    expect(new Set(receipts.map(({ correlationId }) => correlationId)).size).toBe(3);
  });

  it("do not have to do with one another's failure", async () => {
    const { colony } = await open({
      overseer: (request) =>
        lastOf(request) === "bad"
          ? {
              throws: Object.assign(new Error("no"), {
                statusCode: 400,
                isRetryable: false,
                name: "AI_APICallError",
              }),
            }
          : { text: `re: ${lastOf(request)}` },
    });
    const [bad, good] = [await colony.inject("bad"), await colony.inject("good")];
    await expect(bad.reply()).rejects.toMatchObject({
      code: "execution.failed",
      message: matching(/^the input was not answered: the execution failed \(/),
    });
    expect(await bad.outcome()).toMatchObject({ status: "failed", cause: "error" });
    expect(await good.reply()).toBe("re: good");
  });

  it("one that has a fan-out is answered after it, although another one came and was answered meanwhile", async () => {
    const gate = createGate();
    const { colony } = await open({
      overseer: (request, index) => {
        if (index === 0) return spawnTurn("slow");
        if (index === 1) return { text: "started" };
        return {
          text: lastOf(request).includes("worker_report") ? "slow is done" : `re: ${lastOf(request)}`,
        };
      },
      worker: () => ({ ...report("x"), before: gate.opened }),
    });
    const slow = await colony.inject("go");
    const quick = await colony.inject("what time is it?");
    let done = false;
    void slow.reply().then(() => (done = true));
    expect(await quick.reply()).toBe("re: what time is it?");
    await settled();
    expect(done).toBe(false);
    gate.open();
    expect(await slow.reply()).toBe("slow is done");
  });

  it("one that steers an execution is answered by that, with everything that is started afterwards", async () => {
    const gate = createGate();
    const worker = createGate();
    const { colony } = await open({
      overseer: (_request, index) => {
        if (index === 0) return { toolCalls: [{ name: "agent_list", input: {} }], before: gate.opened };
        if (index === 1) return spawnTurn("a");
        return { text: index === 2 ? "started" : "all done" };
      },
      worker: () => ({ ...report("x"), before: worker.opened }),
    });
    const first = await colony.inject("go");
    await settled();
    const steering = await colony.inject("and quickly", { mode: "steer" });
    gate.open();
    let replied = false;
    void steering.reply().then(() => (replied = true));
    await settled();
    expect(replied).toBe(false);
    worker.open();
    expect(await Promise.all([first.reply(), steering.reply()])).toEqual(["all done", "all done"]);
  });

  it("one that interrupts is answered first; the one it interrupted ends as superseded", async () => {
    const { colony } = await open({
      overseer: (request, index) =>
        index === 0 ? { text: "never", before: createGate().opened } : { text: `re: ${lastOf(request)}` },
    });
    const first = await colony.inject("long");
    await settled();
    const second = await colony.inject("stop that", { mode: "interrupt" });
    expect(await second.reply()).toBe("re: stop that");
    expect(await first.outcome()).toMatchObject({ status: "cancelled", cause: "superseded" });
  });
});

describe("an outcome", () => {
  it("of what a person cancels is cancelled, and the reply says so", async () => {
    const { colony } = await open({ overseer: () => ({ text: "never", before: createGate().opened }) });
    const receipt = await colony.inject("go");
    await settled();
    await colony.overseer.cancel({ reason: "too slow" });
    expect(await receipt.outcome()).toMatchObject({
      status: "cancelled",
      cause: "user",
      error: { message: "too slow" },
    });
    await expect(receipt.reply()).rejects.toMatchObject({
      code: "execution.cancelled",
      message: "the input was not answered: it was cancelled (too slow)",
    });
    await expect(colony.overseer.cancel()).rejects.toMatchObject({
      code: "execution.ended",
      message: 'agent "overseer" is not at work; there is nothing to cancel',
    });
  });

  it("of what a person stops is cancelled at once, whether the overseer was at work or only its workers", async () => {
    for (const when of ["answering", "waiting"]) {
      const gate = createGate();
      const { colony } = await open({
        overseer: (_request, index) => {
          if (index === 0) return spawnTurn("a", "b");
          return when === "answering"
            ? { text: "x", before: createGate().opened }
            : { text: "I have started 2 workers" };
        },
        worker: () => ({ ...report("x"), before: gate.opened }),
      });
      const receipt = await colony.inject("go");
      await settled();
      expect(await colony.stop({ reason: "enough" })).toHaveLength(when === "answering" ? 3 : 2);
      expect(await receipt.outcome()).toMatchObject({ status: "cancelled", cause: "user" });
      await settled();
      expect(await receipt.outcome()).toMatchObject({ status: "cancelled", cause: "user" });
    }
  });

  it("of what a person stopped stays cancelled when the stop is lifted, and the next input has its own", async () => {
    const { colony, model } = await open({
      overseer: (request, index) => {
        if (index === 0) return spawnTurn("a");
        return { text: index === 1 ? "started" : `re: ${heard(request).at(-1)}` };
      },
      worker: () => ({ ...report("x"), before: createGate().opened }),
    });
    const stopped = await colony.inject("go", { idempotencyKey: "1" });
    await settled();
    await colony.stop();
    await settled();
    expect(colony.state.blocks).toMatchObject([{ owner: "user" }]);
    expect(model.requests).toHaveLength(2);
    const next = await colony.inject("go on");
    expect(await next.reply()).toMatch(/^re: /);
    expect(heard(model.requests[2] as ModelRequest).slice(-2)).toEqual(
      expect.arrayContaining(["go on", matching(/status="cancelled" cause="user"/)]),
    );
    expect(colony.state.blocks).toEqual([]);
    expect(await stopped.outcome()).toMatchObject({ status: "cancelled" });
    expect(await (await colony.inject("go", { idempotencyKey: "1" })).outcome()).toMatchObject({
      status: "cancelled",
    });
  });

  it("of a stop in the middle of a batch is cancelled, and none of the batch is ever started", async () => {
    const store = memory();
    const gate = createGate();
    const log: EventLog = {
      ...store.log,
      async append(append) {
        const [first] = append.events;
        if (first?.type === "AGENT_SPAWNED" && first.data.task === "b") await gate.opened;
        return await store.log.append(append);
      },
    };
    const { colony, worker } = await open({
      store: { ...store, log },
      overseer: (request, index) =>
        index === 0 ? spawnTurn("a", "b", "c") : { text: `re: ${lastOf(request)}` },
      worker: () => ({ ...report("x"), before: createGate().opened }),
    });
    const receipt = await colony.inject("go");
    await settled();
    expect(worker.requests).toHaveLength(2);
    await colony.stop();
    gate.open();
    await settled();
    expect(colony.agents().map(({ task, execution }) => [task, execution?.status])).toEqual([
      [null, "cancelled"],
      ["a", "cancelled"],
      ["c", "cancelled"],
      ["b", "cancelled"],
    ]);
    expect(await receipt.outcome()).toMatchObject({ status: "cancelled", cause: "user" });
    await (await colony.inject("what now?")).reply();
    expect(worker.requests).toHaveLength(2);
    expect(checkPromises(await readAll(store.log))).toEqual([]);
  });

  it("of what is stopped by the overseer's own handle is the same as by the colony's", async () => {
    const { colony } = await open({
      overseer: (_request, index) => (index === 0 ? spawnTurn("a") : { text: "started" }),
      worker: () => ({ ...report("x"), before: createGate().opened }),
    });
    const receipt = await colony.inject("go");
    await settled();
    expect(await colony.overseer.stop()).toHaveLength(1);
    expect(colony.state.blocks).toHaveLength(1);
    expect(await receipt.outcome()).toMatchObject({ status: "cancelled" });
  });

  it("of what waited behind a person's stop comes after it", async () => {
    const { colony } = await open({
      overseer: (request, index) =>
        index === 0 ? { text: "x", before: createGate().opened } : { text: `re: ${lastOf(request)}` },
    });
    await colony.inject("one");
    const two = await colony.inject("two");
    await settled();
    await colony.stop();
    let replied = false;
    void two.reply().then(() => (replied = true));
    await settled();
    expect(replied).toBe(false);
    const three = await colony.inject("three");
    expect(await Promise.all([two.reply(), three.reply()])).toEqual(["re: two", "re: three"]);
  });

  it("of what an ephemeral worker was never given is discarded", async () => {
    const { colony } = await open({
      overseer: [],
      worker: () => ({ text: "x", before: createGate().opened }),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await settled();
    const receipt = await worker.inject("too late");
    await worker.stop();
    expect(await receipt.outcome()).toMatchObject({ status: "discarded", executionId: null });
    await expect(receipt.reply()).rejects.toMatchObject({
      code: "execution.cancelled",
      message: matching(/it was discarded/),
    });
  });

  it("is the same when one asks before, during and long after, and after a restart", async () => {
    const store = memory();
    const started = createGate();
    const first = await open({
      store,
      overseer: (request, index) => {
        if (index === 0) return spawnTurn("a");
        return { text: index === 1 ? "started" : `end: ${lastOf(request).length > 0}` };
      },
      worker: () => ({ text: "done", before: started.opened }),
    });
    first.colony.select({ types: ["EXECUTION_COMPLETED"] }).subscribe(() => started.open());
    const receipt = await first.colony.inject("go", { idempotencyKey: "k" });
    const before = await receipt.outcome();
    expect(before).toMatchObject({ status: "completed", text: "end: true", executionId: "overseer.2" });
    await (await first.colony.inject("something else")).reply();
    expect(await receipt.outcome()).toEqual(before);
    await first.colony.close();

    const { colony } = await open({ store, overseer: [] });
    const again = await colony.inject("go", { idempotencyKey: "k" });
    expect([again.inputId, again.seq, again.correlationId]).toEqual([
      receipt.inputId,
      receipt.seq,
      receipt.correlationId,
    ]);
    expect(await again.outcome()).toEqual(before);
  });

  it("is not waited for any longer than the signal says", async () => {
    const { colony } = await open({ overseer: () => ({ text: "x", before: createGate().opened }) });
    const receipt = await colony.inject("go");
    const waiting = new AbortController();
    const outcome = receipt.outcome({ signal: waiting.signal });
    waiting.abort();
    await expect(outcome).rejects.toMatchObject({
      code: "wait.aborted",
      message: `waiting for the outcome of input "${receipt.inputId}" was called off`,
    });
    await expect(receipt.reply({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "wait.aborted",
    });
  });

  it("is not waited for any longer than the colony is open", async () => {
    const { colony } = await open({ overseer: () => ({ text: "x", before: createGate().opened }) });
    const receipt = await colony.inject("go");
    await Promise.all([
      expect(receipt.outcome()).rejects.toMatchObject({
        code: "colony.closed",
        message: matching(/was closed before input/),
      }),
      closed(colony),
    ]);
    await expect(receipt.reply()).rejects.toMatchObject({ code: "colony.closed" });
  });
});

describe("an idempotency key", () => {
  it("makes of two inputs one, with the receipt of the first, also when they come at the same moment", async () => {
    const { colony, model } = await open({ overseer: (request) => ({ text: `re: ${lastOf(request)}` }) });
    const [one, two] = await Promise.all([
      colony.inject("hello", { idempotencyKey: "k" }),
      colony.inject("hello", { idempotencyKey: "k" }),
    ]);
    expect([two.inputId, two.seq]).toEqual([one.inputId, one.seq]);
    expect(await two.reply()).toBe("re: hello");
    const three = await colony.inject("hello", { idempotencyKey: "k" });
    expect([three.inputId, three.seq, await three.reply()]).toEqual([one.inputId, one.seq, "re: hello"]);
    expect(model.requests).toHaveLength(1);
  });

  it("that was used for something else is refused", async () => {
    const { colony } = await open({ overseer: (request) => ({ text: `re: ${lastOf(request)}` }) });
    await colony.inject("hello", { idempotencyKey: "k" });
    await expect(colony.inject("goodbye", { idempotencyKey: "k" })).rejects.toMatchObject({
      code: "input.key_conflict",
      message: 'idempotency key "k" was used before for a different input; use a new key for a new input',
    });
  });
});

it("an input is durable and told before its promise resolves", async () => {
  const store = memory();
  const { colony } = await open({ store, overseer: (request) => ({ text: `re: ${lastOf(request)}` }) });
  const told: ColonyEvent[] = [];
  colony.events$.subscribe((event) => told.push(event));
  const receipt = await colony.inject("hello");
  const [stored] = await store.log.read({ types: ["INPUT_RECEIVED"] });
  expect(stored).toMatchObject({ seq: receipt.seq, data: { inputId: receipt.inputId, text: "hello" } });
  expect(told.some(({ seq }) => seq === receipt.seq)).toBe(true);
});

it.each(["", "  ", "x".repeat(1_000_001)])(
  "an input that cannot be is refused and leaves no trace",
  async (text) => {
    const { colony } = await open({ overseer: [] });
    const head = colony.head();
    await expect(colony.inject(text)).rejects.toMatchObject({ code: "input.invalid" });
    expect(colony.head()).toBe(head);
  },
);
