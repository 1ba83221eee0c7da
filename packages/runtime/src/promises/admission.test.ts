import { checkPromises, createGate } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, newest, results } from "../testing/said.ts";

const NEVER = createGate().opened;

describe("an input that is sent once more under its key", () => {
  it("is the first one for ever: same receipt, same answer, nothing written, over restarts and after its end", async () => {
    await using machine = new Machine();
    const first = await machine.start({ overseer: echoes });
    const receipt = await first.colony.inject("hello", { idempotencyKey: "k" });
    expect(await receipt.reply()).toBe("re: hello");
    const { inputId, correlationId, agentId } = receipt;
    const [received] = await machine.of("INPUT_RECEIVED");
    const asked: number[] = [];
    for (const restarted of [false, true, true]) {
      if (restarted) await machine.close();
      const { colony, overseer } = restarted ? await machine.start({ overseer: echoes }) : first;
      const head = colony.head();
      const again = await colony.inject("hello", { idempotencyKey: "k" });
      expect(again).toMatchObject({ inputId, correlationId, agentId });
      expect(await again.reply()).toBe("re: hello");
      await expect(colony.inject("bye", { idempotencyKey: "k" })).rejects.toMatchObject({
        code: "input.key_conflict",
      });
      expect(colony.head()).toBe(head);
      asked.push(overseer.requests.length);
    }
    expect(asked).toEqual([1, 0, 0]);
    expect(await machine.of("INPUT_RECEIVED")).toEqual([received]);
  });

  it("a hundred times side by side is one input and one answer", async () => {
    await using machine = new Machine();
    const { colony, overseer } = await machine.start({ overseer: echoes });
    const receipts = await Promise.all(
      Array.from({ length: 100 }, () => colony.inject("hello", { idempotencyKey: "k" })),
    );
    expect(new Set(receipts.map(({ inputId }) => inputId)).size).toBe(1);
    expect(await receipts[99]?.reply()).toBe("re: hello");
    expect(overseer.requests).toHaveLength(1);
  });
});

describe("a cancel", () => {
  it("that is asked for again keeps its first time and reason", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => ({ text: "never", before: NEVER, abort: "deaf" }),
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    await Promise.all([
      worker.cancel({ reason: "first" }),
      worker.cancel({ reason: "second" }).catch(() => undefined),
    ]);
    expect(await machine.of("CANCEL_REQUESTED")).toMatchObject([{ data: { reason: "first" } }]);
    expect(await worker.report()).toMatchObject({ status: "cancelled", error: { message: "first" } });
  });
});

it("all words of an answer without its end are no answer: it is asked again, and nothing is joined", async () => {
  await using machine = new Machine();
  const { colony, overseer } = await machine.start({
    overseer: [{ text: "All of it.", ending: "break_off" }, { text: "All of it." }],
  });
  const receipt = await colony.inject("tell me");
  await machine.later(60_000);
  expect(await receipt.reply()).toBe("All of it.");
  expect(overseer.requests[1]?.prompt).toEqual(overseer.requests[0]?.prompt);
});

it("a worker of a kind that is not there is a failed call, and its parent goes on", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start({
    overseer: (request) =>
      results(request).length === 0
        ? calls(["spawn_workers", { tasks: [{ task: "t", worker: "nobody" }] }])
        : { text: `it said: ${results(request).join()}` },
    worker: [],
  });
  expect(await (await colony.inject("go")).reply()).toMatch(/it said: .*no worker definition/);
  expect(await machine.of("SUBAGENT_REPORT")).toEqual([]);
});

it("whoever listens and throws harms nobody: nothing fails, nothing is told twice", async () => {
  await using machine = new Machine();
  const { colony } = await machine.start({
    overseer: echoes,
    worker: (request) => ({ text: `did ${newest(request)}` }),
  });
  colony.events$.subscribe(() => {
    throw new Error("a listener with a bug");
  });
  colony.reports$.subscribe(() => {
    throw new Error("another one");
  });
  const worker = await colony.spawn("helper", { task: "t", parent: "overseer" });
  expect(await worker.report()).toMatchObject({ status: "success", summary: "did t" });
  await colony.idle();
  expect(await (await colony.inject("hello")).reply()).toBe("re: hello");
  expect(await machine.of("SUBAGENT_REPORT")).toHaveLength(1);
  expect(checkPromises(await machine.events())).toEqual([]);
});

it("one input's failure is told to whoever sent it, and to nobody else", async () => {
  await using machine = new Machine();
  const refused = Object.assign(new Error("refused"), { statusCode: 400, isRetryable: false });
  const { colony } = await machine.start({
    overseer: (request) => (newest(request).startsWith("bad") ? { throws: refused } : echoes(request)),
  });
  const texts = ["good 1", "bad 1", "good 2", "bad 2", "good 3"];
  const receipts = await Promise.all(texts.map((text) => colony.inject(text)));
  const outcomes = await Promise.all(receipts.map((receipt) => receipt.outcome()));
  expect(outcomes.map(({ status, text }) => text ?? status)).toEqual([
    "re: good 1",
    "failed",
    "re: good 2",
    "failed",
    "re: good 3",
  ]);
});
