import { agentId } from "@colony/core";
import { expect, it } from "vitest";
import { promptPage } from "./prompt-page.ts";

const sent = {
  agentId: agentId("w-1"),
  call: 1,
  calls: 1,
  model: "test/model",
  at: 0,
  lack: null,
} as const;

it("a call is shown message by message, whole, with nothing in it that a terminal would do", () => {
  const long = "x".repeat(500);
  const lines = promptPage({
    ...sent,
    prompt: [
      { role: "system", content: "You are.\n\nBe kind." },
      { role: "user", content: [{ type: "text", text: `go\u001b[31m ${long}` }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { type: "tool-call", toolCallId: "c0", toolName: "look", input: { at: "a" } },
        ],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "c0",
            toolName: "look",
            output: { type: "text", value: "seen" },
          },
        ],
      },
    ],
  });
  expect(lines[0]).toMatch(/^Model call 1 of w-1 {2}the newest of 1, .*, test\/model$/);
  expect(lines.slice(1)).toEqual([
    "",
    "── system",
    "You are.",
    "",
    "Be kind.",
    "",
    "── user",
    `go ${long}`,
    "",
    "── assistant",
    "I look.",
    '→ look (c0) {"at":"a"}',
    "",
    "── tool",
    '← look (c0) {"type":"text","value":"seen"}',
  ]);
});

it("what is missing is said, and an older call says which it is", () => {
  const lines = promptPage({ ...sent, calls: 4, lack: "the system text is gone", prompt: [] });
  expect(lines[0]).toContain("Model call 1 of w-1  of 4, ");
  expect(lines.slice(1)).toEqual(["", "(the system text is gone)"]);
});
