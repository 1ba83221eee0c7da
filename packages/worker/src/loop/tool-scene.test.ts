import { ColonyError, defineTool, type Report, type ToolContext } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineWorker } from "../definition.ts";
import { TestColony } from "../testing/test-colony.ts";

/** One call of a tool, to the report of whoever made it. */
async function call(run: (context: ToolContext) => unknown): Promise<Report> {
  const model = createScriptedModel([{ toolCalls: [{ id: "c", name: "it", input: {} }] }, { text: "Done." }]);
  const tool = defineTool({
    name: "it",
    description: "Does it.",
    input: z.object({}),
    run: async (_input, context) => await run(context),
  });
  await using colony = await TestColony.open({ definition: defineWorker({ model, tools: [tool] }) });
  return await colony.finish();
}

const refusalOf = async (work: () => Promise<unknown>): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return error instanceof ColonyError ? `${error.code}: ${error.message}` : `no code: ${String(error)}`;
  }
  return "not refused";
};

const WRONG: readonly (readonly [readonly unknown[], string])[] = [
  [[], "the command of runProcess is missing; give the name of a program or the path of one"],
  [[5], "the command of runProcess is 5; give the name of a program"],
  [["a\0b"], 'the command of runProcess is "a\\u0000b"; give the name of a program'],
  [["true", "x"], 'the arguments of runProcess is "x"; give a list of texts'],
  [["true", [5]], "the arguments of runProcess: [0] is 5; give a list of texts"],
  [["true", ["a", "a\0b"]], 'the arguments of runProcess: [1] is "a\\u0000b"; give a list of texts'],
  [["true", [], null], "the options of runProcess are no object; give some of cwd, env"],
  [["true", [], { nope: 5 }], "there is no option nope of runProcess; there are: cwd, env, input"],
  [["true", [], { cwd: 5 }], "cwd of runProcess is 5; give the path of a folder"],
  [["true", [], { env: 5 }], "env of runProcess is 5; give an object of texts by name"],
  [["true", [], { env: { A: 5 } }], "env of runProcess is an object that will not do; give an object"],
  [["true", [], { input: 5 }], "input of runProcess is 5; give a text"],
  [["true", [], { outputBytes: -1 }], "outputBytes of runProcess is -1; give a number of bytes from 0"],
  [["true", [], { signal: 5 }], "signal of runProcess is 5; give the signal of an AbortController"],
];

test("what no program can be run with is refused in one sentence to whoever waits for it", async () => {
  const refusals: string[] = [];
  await call(async ({ runProcess }) => {
    for (const [given] of WRONG)
      refusals.push(await refusalOf(() => runProcess(...(given as Parameters<typeof runProcess>))));
  });
  expect(refusals).toEqual(
    WRONG.map(([, sentence]) => expect.stringContaining(`usage.invalid: ${sentence}`) as string),
  );
});

test("what a program can be run with is left to the system", async () => {
  const refusals: string[] = [];
  await call(async ({ runProcess }) => {
    const { signal } = new AbortController();
    for (const options of [
      undefined,
      { env: process.env },
      { env: { A: undefined }, input: "\0", outputBytes: Number.POSITIVE_INFINITY, signal, cwd: "/" },
    ])
      refusals.push(await refusalOf(() => runProcess("true", undefined, options)));
  });
  expect(new Set(refusals)).toEqual(
    new Set(['process.not_started: "true" was not started: this colony was opened without processes']),
  );
});

test("a call that has ended leases nothing and runs nothing any more", async () => {
  let kept: ToolContext | undefined;
  await call((context) => {
    kept = context;
  });
  const open = async (): Promise<AsyncDisposable> => await Promise.reject(new Error("it was opened"));
  expect(await refusalOf(async () => await kept?.lease({ name: "line", open }))).toBe(
    'wait.aborted: "line" was not opened: the call that wanted it has ended',
  );
  expect(await refusalOf(async () => await kept?.runProcess("true"))).toBe(
    'wait.aborted: "true" was not started: the call that wanted it has ended',
  );
});

test("what cannot be leased is refused to whoever waits for it, and ends nothing else", async () => {
  const refusals: string[] = [];
  const { status } = await call(async ({ lease }) => {
    refusals.push(await refusalOf(() => lease(undefined as never)));
  });
  expect(refusals).toEqual([expect.stringContaining("usage.invalid: what is to be leased is missing")]);
  expect(status).toBe("success");
});
