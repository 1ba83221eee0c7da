import { callId, type AssistantEntry, type ConversationEntry, type ToolResult } from "@colony/core";
import { describe, expect, test } from "vitest";
import { promptOf } from "./prompt.ts";

const answer = (
  result: ToolResult | null,
  input: AssistantEntry["calls"][number]["input"] = { a: 1 },
): ConversationEntry => ({
  role: "assistant",
  parts: [{ type: "tool-call", callId: callId("c"), name: "t", input }],
  calls: [
    {
      callId: callId("c"),
      name: "t",
      input,
      malformed: false,
      status: result === null ? "interrupted" : "done",
      effect: "pure",
      attempts: 1,
      startedAt: 0,
      durationMs: 0,
      result,
      repeats: 1,
    },
  ],
});

describe("a prompt", () => {
  test("says what the agent is, and no more where there is nothing to say", () => {
    expect(promptOf("", { conversation: [] })).toEqual([]);
    expect(promptOf("Be.", { conversation: [] })).toEqual([{ role: "system", content: "Be." }]);
  });

  test("has a file beside the words of an input, and no empty words before a file alone", () => {
    const files = [{ mediaType: "image/png", data: "aGk=" }];
    const user = (text: string): ConversationEntry => ({ role: "user", origin: "chat", text, files });
    const file = { type: "file", mediaType: "image/png", data: { type: "data", data: "aGk=" } };
    expect(promptOf("", { conversation: [user("Look"), user("")] })).toEqual([
      { role: "user", content: [{ type: "text", text: "Look" }, file] },
      { role: "user", content: [file] },
    ]);
  });

  test.each<[string, ToolResult | null, object]>([
    ["text", { status: "ok", output: "words" }, { type: "text", value: "words" }],
    ["JSON", { status: "ok", output: { n: 1 } }, { type: "json", value: { n: 1 } }],
    ["an error", { status: "error", output: "broken" }, { type: "error-text", value: "broken" }],
    [
      "a doubt",
      { status: "unknown", output: "who knows" },
      { type: "error-text", value: "Outcome unknown: who knows" },
    ],
    [
      "a denial",
      { status: "denied", output: "not today" },
      { type: "execution-denied", reason: "not today" },
    ],
    [
      "a call that was called off",
      { status: "cancelled", output: "stopped" },
      { type: "error-text", value: "stopped" },
    ],
    [
      "a call without an outcome",
      null,
      { type: "error-text", value: "The call was interrupted; its outcome is unknown." },
    ],
  ])("tells the outcome of a call: %s", (_what, result, output) => {
    expect(promptOf("", { conversation: [answer(result)] })[1]).toEqual({
      role: "tool",
      content: [{ type: "tool-result", toolCallId: "c", toolName: "t", output }],
    });
  });

  test.each([["text"], [[1]], [null], [3]])(
    "gives a call's input as an object although the model wrote %j",
    (input) => {
      const [said] = promptOf("", { conversation: [answer({ status: "ok", output: "" }, input)] });
      expect(said?.content).toEqual([{ type: "tool-call", toolCallId: "c", toolName: "t", input: {} }]);
    },
  );

  test("gives a provider back what it attached", () => {
    const providerMetadata = { odd: { signature: "s" } };
    const reasoning: ConversationEntry = {
      role: "assistant",
      parts: [{ type: "reasoning", text: "hm", providerMetadata }],
      calls: [],
    };
    expect(promptOf("", { conversation: [reasoning] })).toEqual([
      { role: "assistant", content: [{ type: "reasoning", text: "hm", providerOptions: providerMetadata }] },
    ]);
  });
});
