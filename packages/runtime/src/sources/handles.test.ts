import { ColonyError, agentId, defineTool } from "@colony/core";
import { checkPromises, createGate, type ScriptedTurn } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AgentHandle } from "../colony.ts";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, heard, newest, results } from "../testing/said.ts";

// What systems with handles on spawned agents do, line by line, and what went wrong in them.

const containing = (words: string): unknown => expect.stringContaining(words);
const matching = (words: RegExp): unknown => expect.stringMatching(words);
const NEVER = createGate().opened;
const refused = Object.assign(new Error("refused"), { statusCode: 400, isRetryable: false });

/** The code that something is refused with. */
const refusalOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(String, (error: unknown) => (error instanceof ColonyError ? error.code : String(error)));

/** A colony with persistent helpers whose work waits where a test wants it to. */
async function start(machine: Machine, worker: (said: string, index: number) => ScriptedTurn = () => ({})) {
  return await machine.start({
    overseer: echoes,
    worker: (request, index) => ({ ...echoes(request), ...worker(newest(request), index) }),
    helper: { lifetime: "persistent" },
  });
}

describe("a snapshot", () => {
  it("has every field, in words of ours, as plain JSON with times in UTC", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) => (said === "second" ? { before: NEVER } : {}));
    const worker = await colony.spawn("helper", { task: "first", name: "Tom", label: "Digs" });
    await worker.wait();
    await worker.send("second", { mode: "queue" });
    await machine.settled();
    await worker.send("third", { mode: "queue" });
    const snapshot = await worker.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).toStrictEqual(snapshot);
    expect(snapshot).toEqual({
      id: worker.id,
      kind: "worker",
      name: "Tom",
      label: "Digs",
      definitionId: "helper",
      parentId: null,
      depth: 1,
      level: 2,
      lifetime: "persistent",
      owner: null,
      status: "running",
      createdAt: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: new Date(worker.record.updatedAt).toISOString(),
      closedAt: null,
      profile: "full",
      task: "first",
      lastInput: "second",
      lastOutput: "re: first",
      error: null,
      queueSize: 1,
      queuedPreview: "third",
      closed: false,
      dismissed: false,
      usage: worker.record.usage,
      toolCalls: 0,
      phase: "thinking",
      doing: "scripted/test",
      lastOutcome: {
        status: "completed",
        cause: "finished",
        endedAt: snapshot.lastOutcome?.endedAt,
        report: "success",
      },
      pendingRequests: 0,
    });
    expect(snapshot.usage.modelCalls).toBe(1);
  });

  it("shows 200 characters of what comes next, and all of what was given", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const long = "x".repeat(1_000);
    const worker = await colony.spawn("helper", { task: long });
    await machine.settled();
    await worker.send(long, { mode: "queue" });
    const { lastInput, task, queuedPreview } = await worker.snapshot();
    expect([lastInput, task]).toEqual([long, long]);
    expect(queuedPreview).toBe(`${"x".repeat(199)}…`);
  });

  it("says of the cost that it is not known where a price is not, and never that it was nothing", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    expect((await worker.snapshot()).usage).toMatchObject({ costUsd: null, modelCalls: 1 });
  });

  it("has each status in its one word", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: (request) => {
        if (newest(request) === "fail") return { throws: refused };
        return newest(request) === "hang" ? { text: "", before: NEVER } : { text: "ok", before: gate.opened };
      },
      helper: { lifetime: "persistent" },
      limits: { concurrency: 2 },
    });
    const word = async (worker: AgentHandle): Promise<string> => (await worker.snapshot()).status;
    expect(await word(colony.overseer)).toBe("pending");
    const one = await colony.spawn("helper", { task: "one" });
    const hangs = await colony.spawn("helper", { task: "hang" });
    const waits = await colony.spawn("helper", { task: "waits" });
    await machine.settled();
    expect(await word(one)).toBe("running");
    expect(await word(waits)).toBe("queued");
    gate.open();
    await one.wait();
    expect(await word(one)).toBe("idle");
    await one.send("fail", { mode: "queue" });
    await one.wait();
    expect(await one.snapshot()).toMatchObject({
      status: "idle",
      lastOutcome: { status: "failed", cause: "error" },
    });
    await hangs.cancel();
    expect(await hangs.snapshot()).toMatchObject({ status: "idle", lastOutcome: { status: "cancelled" } });
    await hangs.send("hang", { mode: "queue" });
    await machine.settled();
    await hangs.send("after", { mode: "interrupt" });
    await hangs.wait();
    const ends = (await machine.of("EXECUTION_CANCELLED")).map(({ data }) => data.cause);
    expect(ends).toEqual(["user", "superseded"]);
    await hangs.close();
    expect(await word(hangs)).toBe("closed");
  });
});

describe("a list", () => {
  it("has all in the order in which they were made, closed ones too", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const made = [
      await colony.spawn("helper", { task: "one" }),
      await colony.spawn("helper", { task: "two" }),
      await colony.spawn("helper", { task: "three" }),
    ];
    await made[1]?.close();
    expect(colony.agents().map(({ id }) => id)).toEqual(["overseer", ...made.map(({ id }) => id)]);
  });
});

describe("spawning", () => {
  it("from an unknown definition is an error that names those there are", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    await expect(colony.spawn("cook", { task: "t" })).rejects.toMatchObject({
      code: "definition.not_found",
      message: 'no worker definition "cook"; defined are: helper',
    });
  });

  it("gives an id of its own whatever the name, and tells the template from who spawned it", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const worker = await colony.spawn("helper", { task: "t", name: "Tom", parent: "overseer" });
    expect(worker.id).not.toBe("Tom");
    expect(await worker.snapshot()).toMatchObject({
      name: "Tom",
      definitionId: "helper",
      parentId: "overseer",
    });
  });

  it("under a name that is taken is refused, and whoever has it works on", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const first = await colony.spawn("helper", { task: "t", name: "Tom" });
    await expect(colony.spawn("helper", { task: "t", name: "Tom" })).rejects.toMatchObject({
      code: "agent.name_taken",
    });
    await machine.settled();
    expect(colony.worker("Tom").id).toBe(first.id);
    expect(await first.snapshot()).toMatchObject({ status: "running", lastInput: "t" });
  });

  it("under a name that is the id of another agent is refused, and changes nothing of that one", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const first = await colony.spawn("helper", { task: "t" });
    await first.wait();
    const before = await first.snapshot();
    await expect(colony.spawn("helper", { task: "t", name: first.id })).rejects.toMatchObject({
      code: "spawn.refused",
    });
    expect(await first.snapshot()).toEqual(before);
  });

  it("with a task says from the first moment on that it is at work", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const worker = await colony.spawn("helper", { task: "t" });
    expect(["queued", "running"]).toContain((await worker.snapshot()).status);
    expect((await worker.snapshot()).task).toBe("t");
  });
});

describe("whoever is meant where nobody is named", () => {
  it("is the open worker to which something happened last, and where none is open it has to be said", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    expect(() => colony.worker()).toThrow(
      expect.objectContaining({
        code: "agent.target_required",
        message: "no worker was named, and none is open; name one, or spawn one first",
      }),
    );
    const one = await colony.spawn("helper", { task: "one" });
    const two = await colony.spawn("helper", { task: "two" });
    await colony.waitFor([one, two]);
    expect(colony.worker().id).toBe(two.id);
    await machine.later(1_000);
    await one.send("more", { mode: "queue" });
    expect(colony.worker().id).toBe(one.id);
    await one.close();
    expect(colony.worker().id).toBe(two.id);
    await two.dismiss();
    expect(() => colony.worker()).toThrow(expect.objectContaining({ code: "agent.target_required" }));
  });

  it("can be named by id, name or the start of an id, and the overseer is no worker", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const { id } = await colony.spawn("helper", { task: "t", name: "Tom" });
    expect([colony.worker(id).id, colony.worker("Tom").id]).toEqual([id, id]);
    expect(() => colony.worker("overseer")).toThrow(expect.objectContaining({ code: "agent.not_a_worker" }));
    expect(() => colony.worker("nobody")).toThrow(
      expect.objectContaining({
        code: "agent.not_found",
        message: 'there is no agent "nobody" in this colony',
      }),
    );
  });
});

describe("sending", () => {
  it.each<[string, unknown, string]>([
    ["no text", undefined, "the text of an input is missing; give a text"],
    ["an empty text", "", "the input for agent"],
    ["a text too long", "x".repeat(1_000_001), "the input has 1000001 characters; at most 1000000 are taken"],
  ])("%s is refused in a sentence, and nothing is received", async (_what, text, sentence) => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    await expect(worker.send(text as string)).rejects.toMatchObject({
      code: "input.invalid",
      message: containing(sentence),
    });
    expect(await machine.of("INPUT_RECEIVED")).toEqual([]);
  });

  it("to a closed worker is refused with its own code", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const worker = await colony.spawn("helper", { task: "t", name: "Tom" });
    await worker.close();
    await expect(worker.send("more")).rejects.toMatchObject({
      code: "agent.closed",
      message: 'agent "Tom" is closed and takes no more inputs; open it again first',
    });
  });

  it("to an idle one starts at once; to one at work it is queued in order, and the receipt says where", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony, worker: model } = await start(machine, (said) =>
      said === "a" ? { before: gate.opened } : {},
    );
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    const a = await worker.send("a", { mode: "queue" });
    expect(a.arrival).toEqual({ as: "started" });
    await machine.settled();
    const before = await worker.snapshot();
    const b = await worker.send("b", { mode: "queue" });
    const c = await worker.send("c", { mode: "queue" });
    expect([b.arrival, c.arrival]).toEqual([
      { as: "queued", place: 1 },
      { as: "queued", place: 2 },
    ]);
    expect(await worker.snapshot()).toMatchObject({
      queueSize: 2,
      queuedPreview: "b",
      lastInput: before.lastInput,
    });
    gate.open();
    expect(await Promise.all([a, b, c].map((receipt) => receipt.reply()))).toEqual([
      "re: a",
      "re: b",
      "re: c",
    ]);
    expect(model.requests.map(newest)).toEqual(["t", "a", "b", "c"]);
  });

  it("an interruption aborts what runs and comes ahead of the queue; to an idle one it is a plain send", async () => {
    await using machine = new Machine();
    const { colony, worker: model } = await start(machine, (said) => (said === "a" ? { before: NEVER } : {}));
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    await worker.send("a", { mode: "queue" });
    await machine.settled();
    const queued = await worker.send("q", { mode: "queue" });
    const now = await worker.send("now", { mode: "interrupt" });
    expect(now.arrival).toEqual({ as: "interrupting" });
    expect([await now.reply(), await queued.reply()]).toEqual(["re: now", "re: q"]);
    expect(model.requests.map(newest)).toEqual(["t", "a", "now", "q"]);
    expect((await worker.send("plain", { mode: "interrupt" })).arrival).toEqual({ as: "started" });
  });

  it("what steers is seen at the next model call, and the receipt says so", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: (request, index) => ({
        text: `saw ${heard(request).join("+")}`,
        ...(index === 0 && { before: gate.opened }),
      }),
      helper: { lifetime: "persistent" },
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    const { arrival } = await worker.send("and this");
    expect(arrival).toEqual({ as: "steering" });
    gate.open();
    await worker.wait();
    expect(await worker.snapshot()).toMatchObject({ lastInput: "and this", lastOutput: "saw t+and this" });
  });

  it("what cannot be as its mode asks says why: called off, without a place, one task only", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
      limits: { concurrency: 1 },
    });
    const at = await colony.spawn("helper", { task: "at work" });
    const waits = await colony.spawn("helper", { task: "waits" });
    await machine.settled();
    expect((await waits.send("x")).arrival).toEqual({
      as: "waiting",
      note: "all places for workers are taken; it begins when one is free",
    });
    expect((await at.send("x", { mode: "queue" })).arrival).toEqual({
      as: "steering",
      note: "it has one task only, so it is told at its next model call",
    });
    const [, late] = await Promise.all([at.cancel(), at.send("too late")]);
    expect(late.arrival).toMatchObject({ as: "queued", note: containing("called off") });
    expect(await late.outcome()).toMatchObject({ status: "discarded" });
  });

  it("behind a stop waits where it does not lift that, and starts where it does", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const bob = colony.as({ id: "bob", role: "user" });
    const worker = await bob.spawn("helper", { task: "t" });
    await worker.wait();
    await colony.stop();
    expect((await worker.send("x", { mode: "queue" })).arrival).toEqual({
      as: "waiting",
      note: "nothing is begun while the colony is stopped (by user)",
    });
    const hello = await colony.inject("hello");
    expect(hello.arrival).toEqual({ as: "started" });
    await hello.reply();
    expect(await worker.wait()).toMatchObject({ lastOutput: "re: x" });
  });

  it("the same again under its key is the same input, and the receipt says that it was there", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) => (said === "a" ? { before: NEVER } : {}));
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    await worker.send("a", { mode: "queue" });
    await machine.settled();
    const first = await worker.send("b", { mode: "queue", idempotencyKey: "k" });
    const again = await worker.send("b", { mode: "queue", idempotencyKey: "k" });
    expect(again.inputId).toBe(first.inputId);
    expect(again.arrival).toEqual({
      as: "queued",
      place: 1,
      note: "it was received before, under the same key",
    });
    expect((await worker.snapshot()).queueSize).toBe(1);
  });
});

describe("a queue", () => {
  it("goes on after an end of any kind, and the error of one input stays with that input", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) =>
      said === "bad" ? { throws: refused } : said === "hang" ? { before: NEVER } : {},
    );
    const worker = await colony.spawn("helper", { task: "hang" });
    await machine.settled();
    const receipts = [
      await worker.send("bad", { mode: "queue" }),
      await worker.send("good", { mode: "queue" }),
    ];
    await worker.cancel();
    expect(await Promise.all(receipts.map((receipt) => receipt.outcome()))).toMatchObject([
      { status: "failed", error: { message: containing("refused") } },
      { status: "completed", text: "re: good" },
    ]);
    expect(await worker.snapshot()).toMatchObject({ error: null, lastOutput: "re: good", queueSize: 0 });
  });

  it("carries one conversation from input to input", async () => {
    await using machine = new Machine();
    const { colony, worker: model } = await start(machine);
    const worker = await colony.spawn("helper", { task: "my name is Ada" });
    await worker.wait();
    await (await worker.send("what is my name?", { mode: "queue" })).reply();
    expect(heard(model.requests[1] as never)).toEqual(["my name is Ada", "what is my name?"]);
    expect((await worker.conversation()).map((message) => message.role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
  });

  it("shows an error until the next run, which begins without it", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) =>
      said === "bad" ? { throws: refused } : said === "slow" ? { before: NEVER } : {},
    );
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    await (await worker.send("bad", { mode: "queue" })).outcome();
    expect(await worker.snapshot()).toMatchObject({
      status: "idle",
      error: { message: containing("refused") },
      lastOutput: "re: t",
    });
    await worker.send("slow", { mode: "queue" });
    await machine.settled();
    expect(await worker.snapshot()).toMatchObject({
      status: "running",
      error: null,
      lastOutcome: { status: "failed" },
      lastOutput: "re: t",
    });
  });
});

describe("waiting for agents", () => {
  it("puts each target in exactly one list, in their order, those named twice twice", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) => (said === "hang" ? { before: NEVER } : {}));
    const one = await colony.spawn("helper", { task: "one", name: "One" });
    const hangs = await colony.spawn("helper", { task: "hang" });
    const two = await colony.spawn("helper", { task: "two" });
    const waiting = colony.waitFor([two, "One", hangs.id, one, two.id, "overseer"], { timeoutMs: 5_000 });
    await machine.later(5_000);
    const { completed, pending } = await waiting;
    expect(completed.map(({ id }) => id)).toEqual([two.id, one.id, one.id, two.id, "overseer"]);
    expect(pending.map(({ id }) => id)).toEqual([hangs.id]);
    expect(completed[0]).toMatchObject({ status: "idle", lastOutput: "re: two" });
  });

  it("is thirty seconds long where nothing is said", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const worker = await colony.spawn("helper", { task: "t" });
    let isOver = false;
    const waiting = colony.waitFor([worker]).then((waited) => {
      isOver = true;
      return waited;
    });
    await machine.later(29_999);
    expect(isOver).toBe(false);
    await machine.later(1);
    expect((await waiting).pending).toHaveLength(1);
  });

  it("refuses all where one is not there, and waits for none", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const worker = await colony.spawn("helper", { task: "t" });
    await expect(colony.waitFor([worker, "nobody"])).rejects.toMatchObject({
      code: "agent.not_found",
      message: 'there is no agent "nobody" in this colony',
    });
    await expect(colony.waitFor([{ id: agentId("w-none") }])).rejects.toMatchObject({
      code: "agent.not_found",
    });
  });

  it("takes one that has never run for completed, and an empty list at once", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    expect(await colony.waitFor([])).toEqual({ completed: [], pending: [] });
    expect(await colony.waitFor([colony.overseer])).toMatchObject({
      completed: [{ status: "pending", lastInput: null }],
      pending: [],
    });
  });

  it("takes no time at all where that is zero, and no negative one, nor what is none", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const worker = await colony.spawn("helper", { task: "t" });
    expect((await colony.waitFor([worker], { timeoutMs: 0 })).pending).toHaveLength(1);
    await expect(colony.waitFor([worker], { timeoutMs: -1 })).rejects.toMatchObject({
      code: "usage.invalid",
      message: containing("timeoutMs is -1; give a number of milliseconds from 0"),
    });
    await expect(colony.waitFor([worker], { until: "first" as never })).rejects.toMatchObject({
      code: "usage.invalid",
      message: 'until of waitFor is "first"; give "all" or "any"',
    });
    await expect(colony.waitFor([5 as never])).rejects.toMatchObject({ code: "usage.invalid" });
  });

  it("counts an error as an end, and is for all of them or for any", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) =>
      said === "bad" ? { throws: refused } : said === "hang" ? { before: NEVER } : {},
    );
    const bad = await colony.spawn("helper", { task: "bad" });
    const hangs = await colony.spawn("helper", { task: "hang" });
    const { completed, pending } = await colony.waitFor([hangs, bad], { until: "any" });
    expect(completed).toMatchObject([{ id: bad.id, lastOutcome: { status: "failed" } }]);
    expect(pending).toMatchObject([{ id: hangs.id }]);
    await hangs.cancel();
    expect((await colony.waitFor([hangs, bad])).completed).toHaveLength(2);
  });

  it("finds what is queued too: one that goes on with its next input is not done", async () => {
    await using machine = new Machine();
    const gates = [createGate(), createGate()];
    const { colony } = await start(machine, (_said, index) => ({ before: gates[index]?.opened ?? NEVER }));
    const worker = await colony.spawn("helper", { task: "one" });
    await worker.send("two", { mode: "queue" });
    let waited: { readonly completed: readonly unknown[]; readonly pending: readonly unknown[] } | undefined;
    const waiting = colony.waitFor([worker]).then((both) => (waited = both));
    gates[0]?.open();
    await machine.settled();
    expect(waited).toBeUndefined();
    gates[1]?.open();
    await waiting;
    expect(waited).toMatchObject({ completed: [{ lastOutput: "re: two" }], pending: [] });
  });

  it("ends in one list also where the queue goes on just as the time is over", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await start(machine, (_said, index) => ({
      before: index === 0 ? gate.opened : NEVER,
    }));
    const worker = await colony.spawn("helper", { task: "one" });
    await worker.send("two", { mode: "queue" });
    const waiting = colony.waitFor([worker], { timeoutMs: 1_000 });
    gate.open();
    await machine.later(1_000);
    const { completed, pending } = await waiting;
    expect([completed.length, pending.length]).toEqual([0, 1]);
    expect(pending[0]).toMatchObject({ status: "running", lastInput: "two" });
  });

  it("can be called off, and ends with the colony", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const worker = await colony.spawn("helper", { task: "t" });
    const calling = new AbortController();
    const waits = [
      colony.waitFor([worker], { signal: calling.signal }),
      worker.wait({ signal: calling.signal }),
    ].map((each) => refusalOf(each));
    calling.abort();
    expect(await Promise.all(waits)).toEqual(["wait.aborted", "wait.aborted"]);
    const closing = refusalOf(worker.wait());
    await machine.close();
    expect(await closing).toBe("colony.closed");
  });

  it("by a handle gives the agent once it has nothing left, or nothing after the time", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) => (said === "hang" ? { before: NEVER } : {}));
    const worker = await colony.spawn("helper", { task: "t" });
    expect(await worker.wait()).toMatchObject({ id: worker.id, status: "idle", lastOutput: "re: t" });
    await worker.send("hang", { mode: "queue" });
    const waiting = worker.wait({ timeoutMs: 10 });
    await machine.later(10);
    expect(await waiting).toBeUndefined();
  });
});

describe("closing", () => {
  it("aborts what runs, keeps the queue unrun, and says what the worker was before", async () => {
    await using machine = new Machine();
    const { colony, worker: model } = await start(machine, (said) =>
      said === "hang" ? { before: NEVER } : {},
    );
    const worker = await colony.spawn("helper", { task: "hang" });
    await machine.settled();
    const kept = await worker.send("later", { mode: "queue" });
    expect(await worker.close({ reason: "lunch" })).toMatchObject({
      status: "closed",
      closed: true,
      previousStatus: "running",
      wasClosed: false,
      queueSize: 1,
      queuedPreview: "later",
      lastOutcome: { status: "cancelled", cause: "closed", report: "cancelled" },
    });
    await machine.later(3_600_000);
    expect(model.requests.map(newest)).toEqual(["hang"]);
    expect(worker.record).toMatchObject({ status: "closed", pendingInputs: 1 });
    await worker.reopen();
    expect(await kept.reply()).toBe("re: later");
    expect(checkPromises(await machine.events())).toEqual([]);
  });

  it("a worker that is closed already changes nothing and says so", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    expect(await worker.close()).toMatchObject({ previousStatus: "idle", wasClosed: false });
    const head = colony.head();
    expect(await worker.close()).toMatchObject({ previousStatus: "closed", wasClosed: true });
    expect(colony.head()).toBe(head);
  });

  it("holds: no late end makes anything else of it, and it is idle once it is opened again", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) => (said === "hang" ? { before: NEVER } : {}));
    const worker = await colony.spawn("helper", { task: "hang" });
    await machine.settled();
    await worker.close();
    await machine.later(60_000);
    expect((await worker.snapshot()).status).toBe("closed");
    expect(await worker.reopen()).toMatchObject({ status: "idle", closed: false, closedAt: null });
  });

  it("is not for the overseer, which goes on as it was", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: () => ({ text: "never", before: NEVER }) });
    await colony.inject("go");
    await machine.settled();
    await expect(colony.overseer.close()).rejects.toMatchObject({
      code: "agent.not_a_worker",
      message: containing("which is never closed"),
    });
    expect(colony.overseer.record).toMatchObject({ status: "open", execution: { status: "running" } });
  });

  it("an ephemeral worker at work cancels and closes it, and it is not opened again", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
    });
    const worker = await colony.spawn("helper", { task: "t", name: "Tom" });
    await machine.settled();
    const late = await worker.send("and this");
    expect(await worker.close()).toMatchObject({
      previousStatus: "running",
      status: "cancelled",
      closed: true,
    });
    expect(await late.outcome()).toMatchObject({ status: "discarded" });
    expect(await worker.report()).toMatchObject({ status: "cancelled", cause: "closed" });
    await expect(worker.reopen()).rejects.toMatchObject({
      code: "agent.not_persistent",
      message: 'worker "Tom" is ephemeral: it did its one task and is not opened again; spawn a new one',
    });
  });

  it("what waits for a place is closed as it stands, with its one report", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: echoes,
      worker: () => ({ text: "never", before: NEVER }),
      helper: { lifetime: "persistent" },
      limits: { concurrency: 1 },
    });
    await colony.spawn("helper", { task: "one" });
    const waits = await colony.spawn("helper", { task: "two" });
    expect(await waits.close()).toMatchObject({ previousStatus: "queued", status: "closed" });
    expect((await machine.of("SUBAGENT_REPORT")).map(({ agentId: id }) => id)).toEqual([waits.id]);
  });
});

describe("opening again", () => {
  it("runs what was kept, in its order, and takes new inputs", async () => {
    await using machine = new Machine();
    const { colony, worker: model } = await start(machine, (said) =>
      said === "hang" ? { before: NEVER } : {},
    );
    const worker = await colony.spawn("helper", { task: "hang" });
    await machine.settled();
    const kept = [
      await worker.send("a", { mode: "queue" }),
      await worker.send("b", { mode: "queue" }),
      await worker.send("first of all", { mode: "interrupt" }),
    ];
    await worker.close();
    await worker.reopen();
    const fresh = await worker.send("c", { mode: "queue" });
    await Promise.all([...kept, fresh].map((receipt) => receipt.outcome()));
    expect(model.requests.map(newest)).toEqual(["hang", "first of all", "a", "b", "c"]);
  });

  it("tells the model that what was cut off is not to begin again", async () => {
    await using machine = new Machine();
    const { colony, worker: model } = await start(machine, (said) =>
      said === "hang" ? { before: NEVER } : {},
    );
    const worker = await colony.spawn("helper", { task: "hang" });
    await machine.settled();
    await worker.close();
    await worker.reopen();
    await (await worker.send("next", { mode: "queue" })).reply();
    expect(heard(model.requests[1] as never)).toEqual([
      "hang",
      containing("was called off when you were closed"),
      "next",
    ]);
  });

  it("an open one changes nothing", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine);
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    const head = colony.head();
    expect(await worker.reopen()).toMatchObject({ status: "idle" });
    expect(await colony.overseer.reopen()).toMatchObject({ status: "pending" });
    expect(colony.head()).toBe(head);
  });

  it("works on what was stopped as well, whose queue is gone", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) => (said === "hang" ? { before: NEVER } : {}));
    const worker = await colony.spawn("helper", { task: "hang" });
    await machine.settled();
    const waited = await worker.send("later", { mode: "queue" });
    await worker.stop();
    expect(await waited.outcome()).toMatchObject({ status: "discarded" });
    await worker.reopen();
    expect(await (await worker.send("now", { mode: "queue" })).reply()).toBe("re: now");
  });

  it("a stop of what was closed discards what it had kept", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    const kept = await worker.send("later", { mode: "queue" });
    await worker.close();
    expect(await worker.stop()).toEqual([]);
    expect(await kept.outcome()).toMatchObject({ status: "discarded" });
    expect((await worker.snapshot()).queueSize).toBe(0);
  });

  it("a closed worker's kept input can be taken back", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    const kept = await worker.send("later", { mode: "queue" });
    await worker.close();
    expect(await kept.withdraw()).toBe(true);
    expect((await worker.snapshot()).queueSize).toBe(0);
  });
});

describe("two things at once", () => {
  it("an interruption of one with a queue runs beside nothing, and the queue only after it", async () => {
    await using machine = new Machine();
    let most = 0;
    const { colony, worker: model } = await machine.start({
      overseer: echoes,
      worker: (request) => {
        most = Math.max(most, model.active());
        return newest(request) === "t" ? { text: "never", before: NEVER } : echoes(request);
      },
      helper: { lifetime: "persistent" },
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    const receipts = [
      await worker.send("q1", { mode: "queue" }),
      await worker.send("q2", { mode: "queue" }),
      await worker.send("now", { mode: "interrupt" }),
    ];
    await Promise.all(receipts.map((receipt) => receipt.reply()));
    expect(model.requests.map(newest)).toEqual(["t", "now", "q1", "q2"]);
    expect(most).toBe(1);
  });

  it("an abort that takes its time does not write over the run that came after it", async () => {
    await using machine = new Machine();
    const slow = createGate();
    const deaf = defineTool({
      name: "deaf",
      description: "hears no signal",
      input: z.object({}),
      effect: "pure",
      run: () => slow.opened,
    });
    const { colony } = await machine.start({
      overseer: echoes,
      worker: (request) => {
        if (newest(request) === "second") return { text: "never", before: NEVER };
        return results(request).length === 0 ? calls(["deaf", {}]) : { text: "done" };
      },
      helper: { lifetime: "persistent", tools: [deaf] },
    });
    const worker = await colony.spawn("helper", { task: "first" });
    await machine.settled();
    await worker.send("second", { mode: "interrupt" });
    await machine.settled();
    slow.open();
    await machine.later(1_000);
    expect(await worker.snapshot()).toMatchObject({
      status: "running",
      lastInput: "second",
      lastOutcome: { status: "cancelled", cause: "superseded" },
    });
  });

  it("an interruption before the first step loses nothing of what was said first", async () => {
    await using machine = new Machine();
    const { colony, worker: model } = await start(machine);
    const worker = await colony.spawn("helper", { task: "first" });
    const now = await worker.send("now", { mode: "interrupt" });
    await now.reply();
    await worker.wait();
    expect(model.requests.flatMap(heard)).toContain("first");
    expect((await worker.conversation()).filter(({ role }) => role === "user")).toHaveLength(2);
    expect(await worker.snapshot()).toMatchObject({ status: "idle", queueSize: 0 });
  });

  it("a snapshot right after a send never says that there is nothing to do", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, (said) => (said === "hang" ? { before: NEVER } : {}));
    const worker = await colony.spawn("helper", { task: "t" });
    await worker.wait();
    for (const who of [worker, colony.overseer]) {
      await who.send("hang", { mode: "queue" });
      expect(["queued", "running"]).toContain((await who.snapshot()).status);
    }
  });

  it("a wait for many is as long as it says, and not once so long for each", async () => {
    await using machine = new Machine();
    const { colony } = await start(machine, () => ({ before: NEVER }));
    const workers = await Promise.all(
      ["one", "two", "three"].map((task) => colony.spawn("helper", { task })),
    );
    const waiting = colony.waitFor(workers, { timeoutMs: 1_000 });
    await machine.later(1_000);
    expect((await waiting).pending).toHaveLength(3);
  });
});
