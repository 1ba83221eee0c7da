import { join } from "node:path";
import { SILENT_LOGGER, defineTool } from "@colony/core";
import { openColony, type Colony } from "@colony/runtime";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { z } from "zod";
import { colony, makePlace } from "./testing/command-line.ts";

const sums: number[] = [];
const pay = defineTool({
  name: "pay",
  description: "Pays a sum.",
  input: z.object({ sum: z.number().positive() }),
  needsApproval: true,
  run: ({ sum }) => {
    sums.push(sum);
    return `paid ${sum}`;
  },
});

/** Asks two questions and wants to pay, then says what it was told. */
const open = async (cwd: string): Promise<Colony> =>
  await openColony({
    dir: join(cwd, ".colony"),
    logger: SILENT_LOGGER,
    overseer: {
      tools: [pay],
      model: createScriptedModel(({ prompt }) => {
        const told = prompt.filter(({ role }) => role === "tool");
        if (told.length > 0) return { text: JSON.stringify(told) };
        const questions = [
          { id: "color", question: "Which color?", options: ["red", "blue"], freeform: false },
          { id: "why", question: "Why?" },
        ];
        return {
          toolCalls: [
            { id: "c1", name: "ask_user", input: { questions } },
            { id: "c2", name: "pay", input: { sum: 5 } },
          ],
        };
      }),
    },
  });

it("what waits for a person is listed, answered and approved from another process", async () => {
  using place = makePlace();
  const cwd = place.path;
  await using held = await open(cwd);
  const receipt = await held.inject("Go.");
  await held.idle();
  const inbox = await colony(["inbox"], { cwd });
  expect(inbox).toMatchObject({ code: 0, stderr: "" });
  expect(inbox.stdout.replaceAll(/for [^)]*\)/gu, "for T)")).toBe(
    [
      "1  overseer asks (overseer/c1, for T)",
      "    color: Which color?",
      "      1 red",
      "      2 blue",
      "    why: Why?",
      "",
      "2  overseer wants to call pay (overseer/c2, for T)",
      "    {",
      '      "sum": 5',
      "    }",
      "",
    ].join("\n"),
  );
  expect(JSON.parse((await colony(["inbox", "--json"], { cwd })).stdout)).toMatchObject([
    { id: "overseer/c1", kind: "question" },
    { id: "overseer/c2", kind: "approval", input: { sum: 5 } },
  ]);
  const wrong = await colony(["answer", "1", "blue"], { cwd });
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toBe('error: "overseer/c1" asks 2 questions; answer each by its id: color, why\n');
  const none = await colony(["answer", "1", "color=green"], { cwd });
  expect(none.stderr).toBe(
    'error: question "color": "green" is none of the options; give one of: 1 red, 2 blue\n',
  );
  expect(await colony(["answer", "1", "--for", "why", "because", "so"], { cwd })).toMatchObject({
    code: 0,
    stdout: "answered overseer/c1\n",
  });
  expect((await colony(["answer", "overseer", "color=2"], { cwd })).code).toBe(0);
  const unfit = await colony(["approve", "--input", '{"sum": -1}'], { cwd });
  expect(unfit.code).toBe(1);
  expect(unfit.stderr).toContain('the input for "pay" does not fit: sum:');
  expect(await colony(["approve", "--input", '{"sum": 3}'], { cwd })).toMatchObject({
    code: 0,
    stdout: "approved pay for overseer/c2\n",
  });
  const reply = await receipt.reply();
  expect(reply).toContain("blue");
  expect(reply).toContain("because so");
  expect(sums).toEqual([3]);
  expect(await colony(["inbox"], { cwd })).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "nothing waits for you\n",
  });
}, 60_000);

it("what is decided while nobody has the colony open is done by the next who has", async () => {
  using place = makePlace();
  const cwd = place.path;
  const first = await open(cwd);
  await first.inject("Go.");
  await first.idle();
  await first.close();
  const inbox = await colony(["inbox"], { cwd });
  expect(inbox.stderr).toContain("nobody has this colony open");
  expect((await colony(["deny", "2", "--reason", "not today"], { cwd })).stdout).toBe(
    "kept: nobody has this colony open; whoever opens it next denies pay for overseer/c2\n",
  );
  expect((await colony(["answer", "1", "color=1", "why=fine"], { cwd })).code).toBe(0);
  const second = await colony(["approve", "2"], { cwd });
  expect(second).toMatchObject({ code: 1, stdout: "" });
  expect(second.stderr).toContain(
    '"overseer/c2" has been denied already, which is kept until somebody has the colony open; the first word stands',
  );
  expect((await colony(["answer", "1", "why=again"], { cwd })).stderr).toContain(
    'question "why" of "overseer/c1" has been answered already',
  );
  await using next = await open(cwd);
  await next.idle();
  const said = JSON.stringify(await next.overseer.conversation());
  expect(said).toContain("not today");
  expect(said).toContain("fine");
  expect(next.pending()).toEqual([]);
}, 60_000);

it.each([
  [["answer"], 2, '"answer" needs a request, as in: colony answer 1'],
  [["answer", "1"], 2, '"answer" needs an answer behind the request, as in: colony answer 1 "blue"'],
  [["answer", "9", "x"], 1, "there is no number 9 in the inbox, which is empty"],
  [["answer", "zzz", "x"], 1, 'no question "zzz" waits for you; "colony inbox" lists what waits'],
  [["approve", "zzz"], 1, 'no approval "zzz" waits for you; "colony inbox" lists what waits'],
  [["deny", "zzz/c1"], 1, 'no approval "zzz/c1" waits for you; "colony inbox" lists what waits'],
  [
    ["answer", "overseer", "x"],
    1,
    'the overseer does not wait for an answer (any more); "colony inbox" lists what waits',
  ],
  [["approve"], 1, "nothing waits for an approval"],
  [["approve", "overseer", "--input", "{sum"], 2, '--input is "{sum", which is not JSON'],
  [["approve", "overseer", "--always", "wroker"], 2, '--always "wroker" is no scope; did you mean "worker"?'],
  [["deny", "overseer/c9"], 1, "the overseer does not wait for an approval (any more)"],
  [["inbox", "x"], 2, '"inbox" takes no argument, and "x" is one'],
])("says what is wrong with %j", async (argv, code, words) => {
  using place = makePlace();
  const cwd = place.path;
  await (await open(cwd)).close();
  const ended = await colony(argv, { cwd });
  expect(ended).toMatchObject({ code, stdout: "" });
  expect(ended.stderr).toContain(words);
});
