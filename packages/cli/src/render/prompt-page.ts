import type { ModelPrompt } from "@colony/core";
import type { SentPrompt } from "@colony/runtime";
import { PLAIN, type Paint } from "./paint.ts";
import { moment } from "./units.ts";
import { harmless } from "./words.ts";

type PromptMessage = ModelPrompt[number];

/** A model call as it was sent, message by message, nothing left out. */
export function promptPage(sent: SentPrompt, paint: Paint = PLAIN): readonly string[] {
  const { agentId, call, calls, model, at, prompt, lack } = sent;
  const which = call === calls ? `the newest of ${calls}` : `of ${calls}`;
  return [
    `${paint("bold", `Model call ${call} of ${agentId}`)}  ${which}, ${moment(at)}, ${model}`,
    ...(lack === null ? [] : ["", paint("yellow", `(${lack})`)]),
    ...prompt.flatMap((message) => ["", paint("dim", `── ${message.role}`), ...linesOf(message)]),
  ];
}

function linesOf(message: PromptMessage): readonly string[] {
  if (message.role === "system") return harmless(message.content).split("\n");
  return message.content.flatMap((part): readonly string[] => {
    switch (part.type) {
      case "text":
      case "reasoning":
        return harmless(part.text).split("\n");
      case "tool-call":
        return [`→ ${part.toolName} (${part.toolCallId}) ${harmless(JSON.stringify(part.input))}`];
      case "tool-result":
        return [`← ${part.toolName} (${part.toolCallId}) ${harmless(JSON.stringify(part.output))}`];
      default:
        return [harmless(JSON.stringify(part))];
    }
  });
}
