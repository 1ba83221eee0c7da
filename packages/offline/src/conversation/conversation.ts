import type { ModelPrompt, ModelRequest } from "@colony/core";
import { parsed } from "../json-reading.ts";

/** What a tool call came to. */
type Outcome =
  | { readonly kind: "ok"; readonly value: unknown }
  | { readonly kind: "error"; readonly message: string };

/** A tool call of an earlier answer; `outcome` is undefined when the conversation does not tell it. */
export interface PastCall {
  readonly name: string;
  readonly input: unknown;
  readonly outcome: Outcome | undefined;
}

/** One step of the conversation: something the model was told, or something it answered. */
export type Turn =
  | { readonly kind: "told"; readonly text: string }
  | { readonly kind: "said"; readonly text: string; readonly calls: readonly PastCall[] };

/** A request as the rules see it. */
export interface Conversation {
  readonly turns: readonly Turn[];
  readonly tools: ReadonlySet<string>;
}

type PromptMessage = ModelPrompt[number];
type ToolContent = Extract<PromptMessage, { role: "tool" }>["content"][number];
type ResultOutput = Extract<ToolContent, { type: "tool-result" }>["output"];

/** Reads a request into turns, each call together with its result. */
export function readConversation(request: Pick<ModelRequest, "prompt" | "tools">): Conversation {
  const outcomes = outcomesIn(request.prompt);
  return {
    turns: request.prompt.flatMap((message) => turnOf(message, outcomes)),
    tools: new Set((request.tools ?? []).map(({ name }) => name)),
  };
}

function outcomesIn(prompt: ModelPrompt): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const message of prompt) {
    if (message.role !== "tool" && message.role !== "assistant") continue;
    for (const part of message.content)
      if (part.type === "tool-result") outcomes.set(part.toolCallId, outcomeOf(part.output));
  }
  return outcomes;
}

function outcomeOf(output: ResultOutput): Outcome {
  switch (output.type) {
    case "json":
      return { kind: "ok", value: output.value };
    case "text":
      return { kind: "ok", value: parsed(output.value) ?? output.value };
    case "error-text":
      return { kind: "error", message: output.value };
    case "error-json":
      return { kind: "error", message: JSON.stringify(output.value) };
    case "execution-denied":
      return { kind: "error", message: output.reason ?? "the call was denied" };
    case "content": {
      const text = output.value.map((part) => (part.type === "text" ? part.text : "")).join("");
      return { kind: "ok", value: parsed(text) ?? text };
    }
  }
}

function turnOf(message: PromptMessage, outcomes: ReadonlyMap<string, Outcome>): readonly Turn[] {
  if (message.role === "user") return [{ kind: "told", text: textParts(message.content) }];
  if (message.role !== "assistant") return [];
  const calls = message.content.flatMap((part) =>
    part.type === "tool-call"
      ? [{ name: part.toolName, input: part.input, outcome: outcomes.get(part.toolCallId) }]
      : [],
  );
  return [{ kind: "said", text: textParts(message.content), calls }];
}

function textParts(parts: readonly { readonly type: string; readonly text?: unknown }[]): string {
  return parts
    .map((part) => (part.type === "text" && typeof part.text === "string" ? part.text : ""))
    .join("");
}

/** The calls of some turns, in order. */
export function callsIn(turns: readonly Turn[]): readonly PastCall[] {
  return turns.flatMap((turn) => (turn.kind === "said" ? turn.calls : []));
}
