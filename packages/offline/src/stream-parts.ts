import { randomUUID } from "node:crypto";
import type { ModelRequest, ModelStreamPart } from "@colony/core";
import type { Answer } from "./answer.ts";

const WORDS_PER_DELTA = 4;
const CHARACTERS_PER_DELTA = 200;
const CHARACTERS_PER_TOKEN = 4;
const TEXT_ID = "text-1";

/** An answer as the parts of a stream: text in small pieces, tool calls as JSON text, then the usage. */
export function* streamParts(
  request: Pick<ModelRequest, "prompt" | "tools">,
  { text, calls }: Answer,
): Generator<ModelStreamPart, void> {
  if (text !== "") {
    yield { type: "text-start", id: TEXT_ID };
    for (const delta of pieces(text)) yield { type: "text-delta", id: TEXT_ID, delta };
    yield { type: "text-end", id: TEXT_ID };
  }
  let written = text.length;
  for (const { name, input } of calls) {
    const toolCallId = `call-${randomUUID()}`;
    const json = JSON.stringify(input);
    written += name.length + json.length;
    yield { type: "tool-input-start", id: toolCallId, toolName: name };
    for (let at = 0; at < json.length; at += CHARACTERS_PER_DELTA)
      yield { type: "tool-input-delta", id: toolCallId, delta: json.slice(at, at + CHARACTERS_PER_DELTA) };
    yield { type: "tool-input-end", id: toolCallId };
    yield { type: "tool-call", toolCallId, toolName: name, input: json };
  }
  yield {
    type: "finish",
    finishReason:
      calls.length > 0 ? { unified: "tool-calls", raw: "calls" } : { unified: "stop", raw: "end" },
    usage: usageOf(
      JSON.stringify(request.prompt).length + JSON.stringify(request.tools ?? []).length,
      written,
    ),
  };
}

/** Some words at a time, with the spaces between them: put together they are the text again. */
function pieces(text: string): readonly string[] {
  return (
    text.match(
      new RegExp(String.raw`\s*(?:\S{1,${CHARACTERS_PER_DELTA}}\s*){1,${WORDS_PER_DELTA}}`, "gu"),
    ) ?? [text]
  );
}

/** This model has no tokens of its own; four characters are about one of other models'. */
function usageOf(read: number, written: number): Extract<ModelStreamPart, { type: "finish" }>["usage"] {
  const input = Math.ceil(read / CHARACTERS_PER_TOKEN);
  const output = Math.ceil(written / CHARACTERS_PER_TOKEN);
  return {
    inputTokens: { total: input, noCache: input, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: output, text: output, reasoning: 0 },
  };
}
