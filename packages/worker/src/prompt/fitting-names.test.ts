import {
  callId,
  type AssistantPart,
  type ConversationEntry,
  type ModelPrompt,
  type ToolCallPart,
  type ToolCallState,
} from "@colony/core";
import { describe, expect, test } from "vitest";
import { promptOf } from "./prompt.ts";

type Named = readonly [id: string, name?: string];

const part = ([id, name = "look"]: Named) =>
  ({ type: "tool-call", callId: callId(id), name, input: {} }) as const;

const stateOf = ({ callId: id, name, input }: ToolCallPart): ToolCallState => ({
  callId: id,
  name,
  input,
  malformed: false,
  status: "done",
  effect: "pure",
  attempts: 1,
  startedAt: 0,
  durationMs: 0,
  result: { status: "ok", output: id },
  repeats: 1,
});

const says = (...parts: readonly AssistantPart[]): ConversationEntry => ({
  role: "assistant",
  parts,
  calls: parts.flatMap((said) => (said.type === "tool-call" ? [stateOf(said)] : [])),
});

const calls = (...named: readonly Named[]): ConversationEntry => says(...named.map(part));

/** What a prompt calls its calls, and then their outcomes. */
const named = (prompt: ModelPrompt, role: "assistant" | "tool"): readonly (readonly [string, string])[] =>
  prompt.flatMap((message) =>
    message.role === role && typeof message.content !== "string"
      ? message.content.flatMap((each) =>
          "toolCallId" in each ? [[each.toolCallId, each.toolName] as const] : [],
        )
      : [],
  );

/** What the calls are called, which is what their outcomes are called. */
const told = (...conversation: readonly ConversationEntry[]) => {
  const prompt = promptOf("", { conversation });
  expect(named(prompt, "tool")).toEqual(named(prompt, "assistant"));
  return named(prompt, "assistant");
};

describe("names and ids of calls in a prompt", () => {
  test("are those that were said where every provider takes them back", () => {
    const long = ["i".repeat(40), "n".repeat(64)] as const;
    expect(told(calls(["call_A-1"], long))).toEqual([["call_A-1", "look"], long]);
  });

  test.each([
    ["dots", "functions.list_workers", "functions_list_workers"],
    ["another one with dots", "multi_tool_use.parallel", "multi_tool_use_parallel"],
    ["a sentence", "I look at it \u{1f41d}", "I_look_at_it__"],
    ["too many words", "x y".repeat(40), "x_y".repeat(40).slice(0, 64)],
    ["nothing", "", "tool"],
  ])("a name that no tool can have is one that a tool could have: %s", (_what, name, fit) => {
    expect(told(calls(["a", name]))).toEqual([["a", fit]]);
  });

  test.each([
    ["other characters", "functions.look:0", "functions_look_0"],
    ["very many characters", "i".repeat(5_000), "i".repeat(40)],
    ["some too many", `chatcmpl-tool-${"a".repeat(32)}`, `chatcmpl-tool-${"a".repeat(26)}`],
    ["a line break", "\n", "_"],
    ["nothing", "", "call"],
  ])("an id that a provider refuses is one that all take: %s", (_what, id, fit) => {
    expect(told(calls([id]))).toEqual([[fit, "look"]]);
  });

  test("no two calls have one id, also where the id of one is what another's becomes", () => {
    const long = "i".repeat(5_000);
    const ids = ["a.b", "a:b", "a_b", long, `${long}-2`, `${long}-3`, "a_b_2", "fine"];
    const start = "i".repeat(38);
    const fit = ["a_b", "a_b_2", "a_b_3", `${start}ii`, `${start}_2`, `${start}_3`, "a_b_2_2", "fine"];
    expect(told(calls(...ids.map((id) => [id] as const))).map(([id]) => id)).toEqual(fit);
  });

  test("do not change with what is said later, so that each prompt begins as the one before it", () => {
    const conversation = ["a_b", "a.b", "c", "a:b", "a_b_2", "d.e"].map((id) => calls([id, `t.${id}`]));
    const whole = promptOf("", { conversation });
    for (let length = 0; length < conversation.length; length += 1)
      expect(whole.slice(0, 2 * length)).toEqual(
        promptOf("", { conversation: conversation.slice(0, length) }),
      );
  });
});

describe("text of nothing but white space", () => {
  const text = (words: string): AssistantPart => ({ type: "text", text: words });
  const contents = (entry: ConversationEntry) => promptOf("", { conversation: [entry] })[0]?.content;
  const call = { type: "tool-call", toolCallId: "a", toolName: "look", input: {} };

  test("is not told before a call, nor beside other text", () => {
    expect(contents(says(text("\n\n"), part(["a"])))).toEqual([call]);
    expect(contents(says(text(""), text(" so "), text("\t")))).toEqual([text(" so ")]);
  });

  test("stays where nothing else was said, and where a provider wants it back", () => {
    expect(contents(says(text(" ")))).toEqual([text(" ")]);
    const signed = { ...text(""), providerMetadata: { odd: { signature: "s" } } };
    expect(contents(says(signed, part(["a"])))).toEqual([
      { ...text(""), providerOptions: signed.providerMetadata },
      call,
    ]);
  });
});
