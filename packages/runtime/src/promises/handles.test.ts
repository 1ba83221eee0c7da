import { defineTool, type Tool } from "@colony/core";
import { createGate, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Machine } from "../testing/machine.ts";
import { calls, echoes, newest, results } from "../testing/said.ts";

// Each of these went wrong in one of the systems that Colony learnt from: two runs at once after an interrupt, a late
// end over a new run, lost first messages, names that took over another agent.

const NEVER = createGate().opened;

/** A tool that goes on for as long as it likes, whatever it is told. */
function deafTool(name: string): { readonly tool: Tool; readonly finish: () => void } {
  const gate = createGate();
  const tool = defineTool({
    name,
    description: "hears no signal",
    input: z.object({}),
    effect: "pure",
    run: () => gate.opened,
  });
  return { tool, finish: () => gate.open() };
}

describe("an input that interrupts", () => {
  it("an agent with a queue comes first, and nothing ever runs beside anything else", async () => {
    await using machine = new Machine();
    let most = 0;
    const { colony, overseer } = await machine.start({
      overseer: (request, index) => {
        most = Math.max(most, overseer.active());
        return index === 0 ? { text: "never", before: NEVER } : echoes(request);
      },
    });
    const first = await colony.inject("first");
    await machine.settled();
    const rest = [
      await colony.inject("q1"),
      await colony.inject("q2"),
      await colony.inject("now", { mode: "interrupt" }),
    ];
    expect(await Promise.all(rest.map((receipt) => receipt.reply()))).toEqual([
      "re: q1",
      "re: q2",
      "re: now",
    ]);
    expect(await first.outcome()).toMatchObject({ status: "cancelled", cause: "superseded" });
    expect(overseer.requests.map(newest)).toEqual(["first", "now", "q1", "q2"]);
    expect(most).toBe(1);
  });

  it("a run whose end takes its time is not written over by that end when it comes", async () => {
    await using machine = new Machine();
    const deaf = deafTool("deaf");
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: (request) =>
        newest(request) === "first" ? calls(["deaf", {}]) : { ...echoes(request), before: gate.opened },
      overseerOptions: { tools: [deaf.tool] },
    });
    const first = await colony.inject("first");
    await machine.settled();
    const second = await colony.inject("second", { mode: "interrupt" });
    await machine.later(60_000);
    expect(colony.overseer.record.execution).toMatchObject({ number: 2, status: "running" });
    deaf.finish();
    await machine.settled();
    expect(colony.overseer.record.execution).toMatchObject({ number: 2, status: "running" });
    gate.open();
    expect(await second.reply()).toBe("re: second");
    expect(await first.outcome()).toMatchObject({ status: "cancelled" });
  });

  it("before the agent has begun loses nothing: what was said first is answered too", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({ overseer: echoes });
    const receipts = await Promise.all([
      colony.inject("first"),
      colony.inject("second", { mode: "interrupt" }),
    ]);
    expect(await Promise.all(receipts.map((receipt) => receipt.outcome()))).toMatchObject([
      { status: "completed", text: "re: first" },
      { status: "completed", text: "re: second" },
    ]);
  });
});

describe("a worker that is closed while it works", () => {
  it("is cancelled and closed at once and for good, and says so of what waited for it", async () => {
    await using machine = new Machine();
    const deaf = deafTool("deaf");
    const { colony } = await machine.start({
      overseer: [],
      worker: (request) => (results(request).length === 0 ? calls(["deaf", {}]) : { text: "done" }),
      helper: { tools: [deaf.tool], lifetime: "persistent" },
    });
    const worker = await colony.spawn("helper", { task: "t" });
    await machine.settled();
    const waiting = await worker.inject("and this", { mode: "queue" });
    await worker.stop();
    const closed = { status: "closed", execution: { status: "cancelled", cause: "user" } };
    expect(worker.record).toMatchObject(closed);
    deaf.finish();
    await machine.later(60_000);
    expect(worker.record).toMatchObject(closed);
    expect(await waiting.outcome()).toMatchObject({ status: "discarded" });
    await expect(worker.inject("more")).rejects.toMatchObject({ code: "agent.closed" });
  });
});

describe("waiting for a worker", () => {
  it("whose queue moves on meanwhile ends with its first report, and finds the later ones as well", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: [],
      worker: (request, index) => ({
        text: `did ${newest(request)}`,
        ...(index < 2 ? { before: gate.opened } : {}),
      }),
      helper: { lifetime: "persistent" },
    });
    const worker = await colony.spawn("helper", { task: "one" });
    const two = await worker.inject("two", { mode: "queue" });
    const waited = worker.report();
    gate.open();
    expect((await waited)?.summary).toMatch(/^did (?:one|two)$/);
    expect(await two.reply()).toBe("did two");
    expect(await worker.report()).toMatchObject({ summary: "did two" });
    const reports = await machine.of("SUBAGENT_REPORT");
    expect(reports.map(({ data }) => data.summary)).toEqual(["did one", "did two"]);
  });
});

describe("a name", () => {
  it("that is taken is refused, and whoever has it works on", async () => {
    await using machine = new Machine();
    const gate = createGate();
    const { colony } = await machine.start({
      overseer: [],
      worker: (request) => ({ text: `did ${newest(request)}`, before: gate.opened }),
    });
    const first = await colony.spawn("helper", { task: "one", name: "Tom" });
    await expect(colony.spawn("helper", { task: "two", name: "Tom" })).rejects.toMatchObject({
      code: "agent.name_taken",
    });
    gate.open();
    expect(await first.report()).toMatchObject({ name: "Tom", summary: "did one" });
    expect(colony.agents()).toHaveLength(2);
  });

  it("that is also a definition's takes nothing from that definition", async () => {
    await using machine = new Machine();
    const { colony, worker } = await machine.start({
      overseer: [],
      worker: () => ({ text: "done" }),
      helper: { instructions: "Be kind." },
    });
    await (await colony.spawn("helper", { task: "one", name: "helper" })).report();
    await (await colony.spawn("helper", { task: "two" })).report();
    for (const { prompt } of worker.requests) expect(JSON.stringify(prompt)).toContain("Be kind.");
  });
});

describe("what is told of an agent", () => {
  it("says from the first moment on that there is work to do, and never idle", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: [],
      worker: () => ({ text: "never", before: NEVER }),
      limits: { concurrency: 1 },
    });
    const [one, two] = [
      await colony.spawn("helper", { task: "one" }),
      await colony.spawn("helper", { task: "two" }),
    ];
    expect(["queued", "running"]).toContain(one.record.execution?.status);
    expect(two.record.execution).toMatchObject({ status: "queued" });
  });

  it("of a run that goes on holds nothing of the error of the one before", async () => {
    await using machine = new Machine();
    const refused = Object.assign(new Error("refused"), { statusCode: 400, isRetryable: false });
    const { colony } = await machine.start({
      overseer: (_request, index) => (index === 0 ? { throws: refused } : { text: "never", before: NEVER }),
    });
    expect(await (await colony.inject("bad")).outcome()).toMatchObject({ status: "failed" });
    expect((await colony.overseer.state()).execution?.error).not.toBeNull();
    await colony.inject("good");
    await machine.settled();
    expect((await colony.overseer.state()).execution).toMatchObject({ error: null, lastFailure: null });
    expect(colony.overseer.record.execution).toMatchObject({ status: "running", cause: null });
  });
});

it("a definition has the tools that it was made with, whatever becomes of the list", () => {
  const tools = [deafTool("mine").tool];
  const definition = defineWorker({ model: createScriptedModel([]), tools });
  tools.push(deafTool("late").tool);
  expect(definition.tools.map(({ name }) => name)).toEqual(["mine"]);
});
