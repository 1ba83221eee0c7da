import { defineTool, type Tool } from "@colony/core";
import { createGate, createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { createFailingLog } from "../testing/failing-log.ts";
import { saidIn, TestColony } from "../testing/test-colony.ts";
import { echo, gatedTool } from "../testing/test-tools.ts";

const add: Tool = defineTool({
  name: "add",
  description: "Adds.",
  input: z.object({ a: z.number(), b: z.number().optional() }),
  effect: "pure",
  run: ({ a, b = 0 }) => a + b,
});

/** Runs a worker whose model says these turns; gives what its model was told after each. */
async function talk(
  turns: readonly ScriptedTurn[],
  tools: readonly Tool[],
): Promise<{ told: readonly string[]; colony: TestColony }> {
  const model = createScriptedModel([...turns, { text: "Done." }]);
  const colony = await TestColony.open({ definition: defineWorker({ model, tools }) });
  await colony.spawn();
  const working = colony.work();
  await colony.clock.advance(120_000);
  await working;
  return { told: model.requests.slice(1).map((request) => saidIn(request).at(-1) ?? ""), colony };
}

const calling = (name: string, input: unknown, id = "c"): ScriptedTurn => ({
  toolCalls: [{ id, name, input }],
});

describe("a call's input", () => {
  test("is put right where it is plainly meant", async () => {
    const { told, colony } = await talk(
      [calling("add", { a: "3", b: null }), calling("add", '"{\\"a\\":\\"1\\"}"')],
      [add],
    );
    expect(told).toEqual(["tool: result add 3", "tool: result add 1"]);
    expect(colony.of("MESSAGE_APPENDED")[1]?.data.message).toMatchObject({
      parts: [{ input: { a: "3", b: null } }],
    });
  });

  test("that does not fit is answered in words, and the model mends its call", async () => {
    const { told, colony } = await talk([calling("add", { a: "three" }), calling("add", { a: 3 })], [add]);
    expect(told[0]).toMatch(
      /^tool: result add The input of "add" does not fit: a: .*number.* Mend it and call again\.$/,
    );
    expect(told[1]).toBe("tool: result add 3");
    expect(colony.of("TOOL_CALL_STARTED")).toHaveLength(1);
  });

  test("for a tool that does not exist is answered with those that do", async () => {
    const { told } = await talk([calling("ad", { a: 1 })], [echo, add]);
    expect(told).toEqual([
      'tool: result ad There is no tool "ad". Your tools are: add, echo, report_to_parent.',
    ]);
  });

  test("that is not JSON is answered, and stands in no later request as it was", async () => {
    const { told, colony } = await talk([calling("add", '{"a": 3')], [add]);
    expect(told[0]).toContain('The call of "add" was cut off, or its input is not valid JSON');
    expect(colony.of("TOOL_CALL_STARTED")).toEqual([]);
  });

  const any = defineTool({
    name: "any",
    description: "Takes anything.",
    input: z.object({ v: z.json() }),
    effect: "pure",
    run: () => "ran",
  });

  test.each([201, 20_000])("that is nested %d levels deep is answered in words", async (levels) => {
    const lists = "[".repeat(levels - 1) + "]".repeat(levels - 1);
    const { told, colony } = await talk(
      [calling("any", `{"v":${lists}}`), calling("any", JSON.stringify({ v: lists }))],
      [any],
    );
    expect(told[0]).toContain("or is nested more than 200 levels deep, so it was not run");
    expect(told[1]).toBe("tool: result any ran");
    expect(colony.report().status).toBe("success");
  });

  test("that is as deep as may be is taken, also as a text that is an object", async () => {
    const lists = "[".repeat(199) + "]".repeat(199);
    const { told } = await talk(
      [calling("any", `{"v":${lists}}`), calling("add", JSON.stringify(`{"a":2}`))],
      [any, add],
    );
    expect(told).toEqual(["tool: result any ran", "tool: result add 2"]);
  });

  test("may be nothing where nothing is wanted", async () => {
    const none = defineTool({
      name: "none",
      description: "Takes nothing.",
      input: z.object({}),
      effect: "pure",
      run: () => "ran",
    });
    const { told } = await talk([calling("none", ""), calling("none", "null")], [none]);
    expect(told).toEqual(["tool: result none ran", "tool: result none ran"]);
  });

  test("in an answer that was cut off by its length is not run, however complete it looks", async () => {
    const { told, colony } = await talk([{ ...calling("add", { a: 3 }), finishReason: "length" }], [add]);
    expect(told[0]).toContain("was cut off");
    expect(colony.of("TOOL_CALL_STARTED")).toEqual([]);
    expect(colony.report().status).toBe("success");
  });

  test("may be checked by a schema that takes its time, in turn with the others", async () => {
    const slow = defineTool({
      name: "slow",
      description: "Checks slowly.",
      input: z.object({
        a: z.coerce.number().refine(async (a) => (await Promise.resolve(a)) > 1, "too small"),
      }),
      effect: "pure",
      run: ({ a }) => a,
    });
    const turn: ScriptedTurn = {
      toolCalls: [
        { id: "1", name: "slow", input: { a: 1 } },
        { id: "2", name: "slow", input: { a: 2 } },
        { id: "3", name: "add", input: { a: 3 } },
      ],
    };
    const { told } = await talk([turn], [slow, add]);
    expect(told[0]).toContain("does not fit: a: too small");
    expect(told[0]).toContain("| result slow 2 | result add 3");
  });

  test("that is checked just while another outcome is being written is not forgotten", async () => {
    const [check, write] = [createGate(), createGate()];
    const slow: Tool = {
      ...add,
      name: "slow",
      validate: () => check.opened.then(() => ({ value: { a: 1 } })),
    };
    const other = gatedTool("pure");
    const model = createScriptedModel([
      {
        toolCalls: [
          { id: "o", name: "pure", input: { text: "o" } },
          { id: "s", name: "slow", input: {} },
        ],
      },
      { text: "Done." },
    ]);
    const log = createFailingLog();
    await using colony = await TestColony.open({
      log,
      definition: defineWorker({ model, tools: [slow, other.tool] }),
    });
    await colony.spawn();
    const working = colony.work();
    await colony.settled();
    log.holdNext(write.opened);
    other.gate("o").open();
    await colony.settled();
    check.open();
    await colony.settled();
    write.open();
    await working;
    expect(saidIn(model.requests[1]).at(-1)).toBe("tool: result pure o done | result slow 1");
  });

  test.each<[string, Tool["validate"], string]>([
    [
      "throws",
      () => {
        throw new Error("schema bug");
      },
      "could not be checked: schema bug",
    ],
    [
      "rejects",
      async () => await Promise.reject(new Error("schema bug")),
      "could not be checked: schema bug",
    ],
    [
      "never comes to an end",
      () => createGate().opened.then(() => ({ value: 1 })),
      "could not be checked in time",
    ],
  ])("whose check %s is answered", async (_what, validate, answer) => {
    const { told, colony } = await talk([calling("add", { a: 3 })], [{ ...add, validate }]);
    expect(told[0]).toContain(answer);
    expect(colony.report().status).toBe("success");
  });
});

describe("the same call again and again", () => {
  test("is told to the model from the third time on, and ends the execution at the sixth", async () => {
    const again = Array.from({ length: 7 }, () => calling("add", { a: 3 }));
    const { told, colony } = await talk(again, [add]);
    expect(told.slice(0, 2)).toEqual(["tool: result add 3", "tool: result add 3"]);
    expect(told[2]).toContain("You have now made this same call 3 times running");
    expect(told).toHaveLength(5);
    expect(colony.report()).toMatchObject({ status: "failed", cause: "repeated_calls" });
  });

  test("is told also where it is never run", async () => {
    const { told } = await talk(
      Array.from({ length: 3 }, () => calling("ad", { a: 3 })),
      [add],
    );
    expect(told[2]).toMatch(/There is no tool "ad".*You have now made this same call 3 times running/s);
  });

  test("is none where the input differs, as a poll's does", async () => {
    const { told, colony } = await talk(
      Array.from({ length: 8 }, (_, a) => calling("add", { a })),
      [add],
    );
    expect(told).toEqual(Array.from({ length: 8 }, (_, a) => `tool: result add ${a}`));
    expect(colony.report().status).toBe("success");
  });
});
