import { defineTool, type Model, type ModelRequest } from "@colony/core";
import { createScriptedModel, type ScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sentPrompt } from "../prompts/sent-prompt.ts";
import { KeptColony } from "../testing/kept-colony.ts";
import { newest } from "../testing/said.ts";

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const CALL_ID = /^[a-zA-Z0-9_-]{1,40}$/;

/** What OpenAI and Anthropic refuse in a request; undefined where they take it. */
function refusalOf({ prompt }: ModelRequest): string | undefined {
  const seen = new Set<string>();
  for (const message of prompt) {
    if (message.role !== "assistant" && message.role !== "tool") continue;
    for (const part of message.content) {
      if (part.type === "text" && part.text.trim() === "")
        return "text content blocks must contain non-whitespace text";
      if (part.type !== "tool-call" && part.type !== "tool-result") continue;
      if (!NAME.test(part.toolName)) return `name "${part.toolName}" does not match pattern`;
      if (!CALL_ID.test(part.toolCallId)) return `id "${part.toolCallId}" does not match pattern`;
      if (seen.has(part.toolCallId) === (part.type === "tool-call"))
        return `id "${part.toolCallId}" is there twice, or not at all`;
      if (part.type === "tool-call") seen.add(part.toolCallId);
    }
  }
  return undefined;
}

/** Checks what it is asked as those do, and answers by the script. */
function strict(
  script: (request: ModelRequest, index: number) => ScriptedTurn,
  modelId = "strict",
): ScriptedModel {
  return createScriptedModel(
    (request, index) => {
      const refusal = refusalOf(request);
      if (refusal === undefined) return script(request, index);
      return { throws: Object.assign(new Error(refusal), { statusCode: 400 }) };
    },
    { modelId },
  );
}

const echo = (request: ModelRequest): ScriptedTurn => ({ text: `re: ${newest(request)}` });

const look = defineTool({
  name: "look",
  description: "looks",
  input: z.object({}),
  effect: "pure",
  run: () => "seen",
});

const call = (name: string, id = "a"): ScriptedTurn => ({ toolCalls: [{ id, name, input: {} }] });

describe("one odd answer", () => {
  it.each<[string, ScriptedTurn]>([
    ["a tool of another's naming", call("functions.list_workers")],
    [
      "a tool that is a sentence",
      call("I would like to look at all of the workers that there are, one after another"),
    ],
    ["a tool without a name", call("")],
    ["an id of other characters", call("look", "functions.look:0")],
    ["an id that is too long", call("look", "i".repeat(5_000))],
    [
      "ids that look alike",
      { toolCalls: ["a.b", "a:b", "a_b"].map((id) => ({ id, name: "look", input: {} })) },
    ],
    ["white space before a call", { ...call("look"), text: "\n\n" }],
  ])("(%s) fails nothing after it, nor after a restart, and is shown as it was sent", async (_what, odd) => {
    await using kept = new KeptColony();
    const model = strict((request, index) => (index === 0 ? odd : echo(request)));
    const ask = async (text: string): Promise<string> => {
      const reply = (await colony.inject(text)).reply();
      await kept.later(60_000);
      return await reply;
    };
    const overseer = { model, tools: [look] };
    let colony = await kept.open({ overseer });
    expect(await ask("one")).toBe("re: one");
    expect(await ask("two")).toBe("re: two");
    await kept.close();
    colony = await kept.open({ overseer });
    expect(await ask("three")).toBe("re: three");
    expect(model.requests).toHaveLength(4);
    for (const [index, { prompt }] of model.requests.entries()) {
      const sent = await sentPrompt(kept.ground, colony.overseer.id, index + 1);
      expect(JSON.stringify(sent.prompt)).toBe(JSON.stringify(prompt));
    }
  });

  it("of one model fails no other one that takes over from it", async () => {
    await using kept = new KeptColony();
    const gone = Object.assign(new Error("no such model"), { statusCode: 404 });
    const lenient = createScriptedModel([call("look", "functions.look:0"), { throws: gone }]);
    const models: readonly [Model, ...Model[]] = [lenient, strict(echo, "second")];
    const colony = await kept.open({
      overseer: { model: strict(echo) },
      workers: { helper: defineWorker({ models, tools: [look] }) },
    });
    const worker = await colony.spawn("helper", { task: "look around" });
    expect(await worker.report()).toMatchObject({ status: "success", summary: "re: look around" });
  });

  it("stays in the conversation as it was said", async () => {
    await using kept = new KeptColony();
    const odd = { ...call("functions.look", "functions.look:0"), text: "\n\n" };
    const model = strict((request, index) => (index === 0 ? odd : echo(request)));
    const colony = await kept.open({ overseer: { model } });
    await (await colony.inject("go")).reply();
    const [, answer] = await colony.overseer.conversation();
    expect(answer).toMatchObject({
      parts: [
        { type: "text", text: "\n\n" },
        { type: "tool-call", callId: "functions.look:0", name: "functions.look" },
      ],
    });
  });
});

it("a call that comes twice in one answer is made once", async () => {
  await using kept = new KeptColony();
  const charged: number[] = [];
  const charge = defineTool({
    name: "charge",
    description: "charges",
    input: z.object({ sum: z.number() }),
    effect: "once",
    run: ({ sum }) => charged.push(sum),
  });
  const pay = (sum: number) => ({ id: "pay", name: "charge", input: { sum } });
  const model = createScriptedModel([
    { toolCalls: [pay(100), pay(100), pay(7), pay(100)] },
    { text: "Paid." },
  ]);
  const colony = await kept.open({ workers: { helper: defineWorker({ model, tools: [charge] }) } });
  const worker = await colony.spawn("helper", { task: "pay" });
  expect(await worker.report()).toMatchObject({ status: "success" });
  expect(charged).toEqual([100, 7]);
});
