import { SILENT_LOGGER, type PendingRequest } from "@colony/core";
import { createManualClock, createScriptedModel, createSequenceIds, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { calls, newest, results, spawns } from "../testing/said.ts";

const opened: Colony[] = [];
afterEach(async () => {
  for (const colony of opened.splice(0)) await colony.close();
});

async function open(overseer: ModelScript, worker: ModelScript = [], concurrency = 4) {
  const clock = createManualClock({ now: 1_000 });
  const colony = await openColony({
    clock,
    ids: createSequenceIds(),
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(overseer) },
    workers: { helper: defineWorker({ model: createScriptedModel(worker) }) },
    limits: { shutdownGraceMs: 0, concurrency },
  });
  opened.push(colony);
  return { colony, clock };
}

const asks = (...questions: readonly object[]) => calls(["ask_user", { questions }]);
const colors = { question: "Which color?", options: ["red", "blue"], freeform: false };

/** Asks once, then says what it was told. */
const askingOnce =
  (...questions: readonly object[]): ModelScript =>
  (request) =>
    results(request).length > 0 ? { text: `told ${results(request).join()}` } : asks(...questions);

const only = (colony: Colony): PendingRequest => {
  const [request, ...more] = colony.pending();
  if (request === undefined || more.length > 0) throw new Error(`${more.length + 1} requests`);
  return request;
};

describe("a question to the person", () => {
  it("pauses the execution as input_required with nothing running, and goes on with the answer", async () => {
    const { colony } = await open(askingOnce(colors));
    const receipt = await colony.inject("Paint it.");
    await colony.idle();
    expect(colony.overseer.record.execution).toMatchObject({
      status: "input_required",
      phase: "awaiting_answers",
    });
    expect(only(colony)).toMatchObject({ kind: "question", tool: "ask_user", to: null, expiresAt: null });
    await colony.answer(only(colony).id, 2);
    expect(await receipt.reply()).toContain("blue");
    expect(colony.pending()).toEqual([]);
  });

  it.each([
    ["by the option's number", 1, "red"],
    ["by the option's text in another case", "BLUE", "blue"],
    ["by the number as a text", " 2 ", "blue"],
  ])("is answered %s", async (_how, given, answer) => {
    const { colony } = await open(askingOnce(colors));
    const receipt = await colony.inject("Paint it.");
    await colony.idle();
    await colony.answer("overseer", given);
    expect(await receipt.reply()).toContain(`"answer":"${answer}"`);
  });

  it.each([
    [3, 'question "q1": "3" is none of the options; give one of: 1 red, 2 blue'],
    ["green", 'question "q1": "green" is none of the options; give one of: 1 red, 2 blue'],
    ["  ", 'question "q1": the answer is empty; give one of: 1 red, 2 blue'],
    [{ q2: "red" }, 'there is no question "q2"; asked were: "q1"'],
    [{}, 'no answer was given; answer "q1"'],
  ])("refuses %j in words and still waits", async (given, message) => {
    const { colony } = await open(askingOnce(colors));
    await colony.inject("Paint it.");
    await colony.idle();
    await expect(colony.answer("overseer", given)).rejects.toMatchObject({ code: "answer.invalid", message });
    expect(colony.pending()).toHaveLength(1);
  });

  it("takes a text of one's own where that is allowed", async () => {
    const { colony } = await open(askingOnce({ question: "Which color?", options: ["red", "blue"] }));
    const receipt = await colony.inject("Paint it.");
    await colony.idle();
    await colony.answer("overseer", "green");
    expect(await receipt.reply()).toContain('"answer":"green"');
  });

  it("keeps several questions apart by their ids, answered one by one, each once", async () => {
    const { colony } = await open(askingOnce({ id: "a", question: "A?" }, { id: "b", question: "B?" }));
    const receipt = await colony.inject("Go.");
    await colony.idle();
    await expect(colony.answer("overseer", "x")).rejects.toMatchObject({
      message: '"overseer/c0" asks 2 questions; answer each by its id: a, b',
    });
    await colony.answer("overseer", { b: "second" });
    await colony.idle();
    expect(only(colony)).toMatchObject({ answers: { b: "second" } });
    await expect(colony.answer("overseer", { b: "again" })).rejects.toMatchObject({
      message: 'question "b" has been answered already; the first answer stands',
    });
    await colony.answer("overseer", "first");
    const reply = await receipt.reply();
    expect(reply).toContain('{"id":"a","question":"A?","answer":"first"}');
    expect(reply).toContain('{"id":"b","question":"B?","answer":"second"}');
  });

  it("counts its default once nobody has answered in time, also when the colony slept through that", async () => {
    const script: ModelScript = (request) =>
      results(request).length > 0
        ? { text: results(request).join() }
        : calls([
            "ask_user",
            { timeoutSeconds: 60, questions: [{ question: "A?", default: "yes" }, { question: "B?" }] },
          ]);
    const { colony, clock } = await open(script);
    const receipt = await colony.inject("Go.");
    await colony.idle();
    await clock.advance(59_999);
    expect(colony.pending()).toHaveLength(1);
    await clock.advance(1);
    const reply = await receipt.reply();
    expect(reply).toContain('"answer":"yes"');
    expect(reply).toContain('"answer":null');
    expect(reply).toContain("nobody answered in time");
  });

  it("has its default read as an answer is, and a number told as one is the place of an option", async () => {
    const numbers = { question: "How many?", options: ["3", "2", "1"], freeform: false, default: "2" };
    const script: ModelScript = (request) =>
      results(request).length > 0
        ? { text: results(request).join() }
        : calls([
            "ask_user",
            {
              timeoutSeconds: 60,
              questions: [numbers, { ...numbers, options: ["Yes", "No"], default: "YES" }],
            },
          ]);
    const { colony, clock } = await open(script);
    const receipt = await colony.inject("Go.");
    await colony.idle();
    await colony.answer("overseer", { q1: 1 });
    await clock.advance(60_000);
    const reply = await receipt.reply();
    expect(reply).toContain('"question":"How many?","answer":"3"');
    expect(reply).toContain('"answer":"Yes"');
  });

  it("is called off by a cancel, and is not answered afterwards", async () => {
    const { colony } = await open(askingOnce(colors));
    const receipt = await colony.inject("Paint it.");
    await colony.idle();
    const { id } = only(colony);
    await colony.overseer.cancel({ reason: "never mind" });
    expect((await receipt.outcome()).status).toBe("cancelled");
    expect(colony.pending()).toEqual([]);
    await expect(colony.answer(id, 1)).rejects.toMatchObject({ code: "request.not_open" });
  });

  it("ends with a stop of everything, and nothing begins when it is answered then", async () => {
    const { colony } = await open(askingOnce(colors));
    const receipt = await colony.inject("Paint it.");
    await colony.idle();
    const { id } = only(colony);
    expect(await colony.stop({ reason: "enough" })).toEqual(["overseer"]);
    expect((await receipt.outcome()).status).toBe("cancelled");
    await expect(colony.answer(id, 1)).rejects.toMatchObject({ code: "request.not_open" });
    expect(colony.pending()).toEqual([]);
  });

  it("is charged to nobody's time: a worker that waits for days has its limits before it still", async () => {
    const { colony, clock } = await open([], (request) =>
      results(request).length > 0
        ? { text: results(request).join() }
        : calls(["escalate", { questions: [{ question: "Which port?" }] }]),
    );
    const handle = await colony.spawn("helper", { task: "Serve.", budget: { wallMs: 60_000 } });
    await colony.idle();
    await clock.advance(3 * 24 * 3_600_000);
    expect(colony.pending()).toHaveLength(1);
    await colony.answer(handle.id, "8080");
    const report = await handle.report();
    expect(report).toMatchObject({ status: "success" });
    expect(report?.durationMs).toBeLessThan(60_000);
  });

  it("gives way to an input that interrupts", async () => {
    const script: ModelScript = (request) =>
      newest(request) === "Paint it." ? asks(colors) : { text: `did ${newest(request)}` };
    const { colony } = await open(script);
    const first = await colony.inject("Paint it.");
    await colony.idle();
    const second = await colony.inject("Leave it.", { mode: "interrupt" });
    expect(await second.reply()).toContain("Leave it.");
    expect(await first.outcome()).toMatchObject({ status: "cancelled", cause: "superseded" });
    expect(colony.pending()).toEqual([]);
  });

  it("that is wrong is told to the model, and nobody is asked", async () => {
    const script: ModelScript = (request) =>
      results(request).length > 0
        ? { text: results(request).join() }
        : asks({ id: "a", question: "A?" }, { id: "a", question: "B?" });
    const { colony } = await open(script);
    const reply = await (await colony.inject("Go.")).reply();
    expect(reply).toContain('two questions have the id \\"a\\"');
  });
});

describe("a question of a worker", () => {
  const worker: ModelScript = (request) =>
    results(request).length > 0
      ? { text: `worker was told ${results(request).join()}` }
      : calls(["escalate", { questions: [{ question: "Which port?" }] }]);

  it("reaches its parent as an input, which answers it; the worker's place is free meanwhile", async () => {
    const overseer: ModelScript = (request) => {
      const said = newest(request);
      if (said === "Go.") return spawns("a");
      if (said.includes("worker_question"))
        return calls(["answer_worker", { worker: "a", answers: [{ id: "q1", answer: "8080" }] }]);
      return { text: said.includes("worker_report") ? said : "waiting" };
    };
    const { colony } = await open(overseer, worker, 1);
    const reply = await (await colony.inject("Go.")).reply();
    expect(reply).toContain("8080");
  });

  it("can be answered by a person as well, who sees it with the others; the first answer stands", async () => {
    const overseer: ModelScript = (request) =>
      newest(request) === "Go." ? spawns("a") : { text: newest(request) };
    const { colony } = await open(overseer, worker);
    const receipt = await colony.inject("Go.");
    await colony.idle();
    expect(only(colony)).toMatchObject({ to: "overseer", agentName: "a", depth: 1 });
    await colony.answer("a", "9090");
    expect(await receipt.reply()).toContain("9090");
  });

  it("without a parent is one to the person", async () => {
    const { colony } = await open([], worker);
    const handle = await colony.spawn("helper", { task: "Serve." });
    await colony.idle();
    expect(only(colony)).toMatchObject({ to: null, agentId: handle.id });
    expect(handle.pending()).toEqual(colony.pending());
    await expect(handle.answer("1", { call: "c9" })).rejects.toMatchObject({ code: "request.not_open" });
    await handle.answer("1", { call: "c0" });
    expect((await handle.report())?.summary).toContain('"answer":"1"');
  });

  it("that is at work nowhere holds up nobody: another worker has its place", async () => {
    const { colony } = await open(
      [],
      (request) =>
        newest(request) === "Ask." && !(results(request).length > 0)
          ? calls(["escalate", { questions: [{ question: "?" }] }])
          : { text: "done" },
      1,
    );
    await colony.spawn("helper", { task: "Ask." });
    await colony.idle();
    const other = await colony.spawn("helper", { task: "Work." });
    expect((await other.report())?.status).toBe("success");
    expect(colony.pending()).toHaveLength(1);
  });
});

describe("what waits for people", () => {
  it("is a stream of its newest state", async () => {
    const { colony } = await open(askingOnce(colors));
    const seen: number[] = [];
    const subscription = colony.pending$.subscribe((pending) => void seen.push(pending.length));
    const receipt = await colony.inject("Paint it.");
    await colony.idle();
    await colony.answer("overseer", 1);
    await receipt.reply();
    await Promise.resolve();
    subscription.unsubscribe();
    expect(seen).toEqual([0, 1, 0]);
  });

  it("refuses what is not there with the ids that are", async () => {
    const { colony } = await open(askingOnce(colors));
    await expect(colony.answer("nobody", 1)).rejects.toMatchObject({
      code: "request.not_found",
      message: 'nothing that waits goes by "nobody"; nothing waits for a person',
    });
    await colony.inject("Paint it.");
    await colony.idle();
    await expect(colony.approve("overseer")).rejects.toMatchObject({
      code: "request.not_open",
      message: '"overseer" waits for no approval (any more); waiting are: overseer/c0',
    });
    await expect(colony.approve("overseer/c0")).rejects.toMatchObject({
      code: "request.not_open",
      message: '"overseer/c0" waits for an answer; answer it',
    });
  });
});
