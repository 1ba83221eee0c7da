import {
  readableFiles,
  type AgentState,
  type AssistantEntry,
  type AssistantPart,
  type JsonValue,
  type ModelPrompt,
  type ToolCallPart,
  type ToolResult,
  type UserMessage,
} from "@colony/core";

type PromptMessage = ModelPrompt[number];
type AssistantContent = Extract<PromptMessage, { role: "assistant" }>["content"];
type ToolContent = Extract<PromptMessage, { role: "tool" }>["content"];
type ProviderOptions = NonNullable<Extract<PromptMessage, { role: "assistant" }>["providerOptions"]>;

/** The conversation as a model is given it. Each answer is followed by the outcomes of its calls, in their order. */
export function promptOf(system: string, { conversation }: Pick<AgentState, "conversation">): ModelPrompt {
  const prompt: ModelPrompt = system === "" ? [] : [{ role: "system", content: system }];
  for (const entry of conversation) {
    if (entry.role === "user") prompt.push(userMessage(entry));
    else {
      prompt.push({ role: "assistant", content: entry.parts.map(contentOf) });
      if (entry.calls.length > 0) prompt.push({ role: "tool", content: entry.calls.map(outcomeOf) });
    }
  }
  // A copy is as long as it has to be, what was pushed to is longer; and it is held as long as the model takes.
  return prompt.slice();
}

function userMessage({ text, files: recorded }: UserMessage): PromptMessage {
  const files = readableFiles(recorded);
  if (files.length === 0) return { role: "user", content: [{ type: "text", text }] };
  const said = text === "" ? [] : [{ type: "text" as const, text }];
  const shown = files.map(({ mediaType, data }) => ({
    type: "file" as const,
    mediaType,
    data: { type: "data" as const, data },
  }));
  return { role: "user", content: [...said, ...shown] };
}

function contentOf(part: AssistantPart): AssistantContent[number] {
  const content = withoutOptions(part);
  const options = part.providerMetadata as ProviderOptions | undefined;
  return options === undefined ? content : { ...content, providerOptions: options };
}

function withoutOptions(part: AssistantPart): AssistantContent[number] {
  return part.type === "tool-call"
    ? { type: "tool-call", toolCallId: part.callId, toolName: part.name, input: inputOf(part) }
    : { type: part.type, text: part.text };
}

/** Providers take objects only. What the model wrote instead is in the answer to the call. */
function inputOf({ input }: ToolCallPart): JsonValue {
  return typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
}

function outcomeOf({ callId, name, result }: AssistantEntry["calls"][number]): ToolContent[number] {
  return { type: "tool-result", toolCallId: callId, toolName: name, output: outputOf(result) };
}

type Output = Extract<ToolContent[number], { type: "tool-result" }>["output"];

function outputOf(result: ToolResult | null): Output {
  if (result === null)
    return { type: "error-text", value: "The call was interrupted; its outcome is unknown." };
  const { status, output } = result;
  switch (status) {
    case "ok":
      return typeof output === "string"
        ? { type: "text", value: output }
        : { type: "json", value: output as never };
    case "denied":
      return { type: "execution-denied", reason: inWords(output) };
    case "unknown":
      return { type: "error-text", value: `Outcome unknown: ${inWords(output)}` };
    case "error":
    case "cancelled":
      return { type: "error-text", value: inWords(output) };
  }
}

function inWords(output: JsonValue): string {
  return typeof output === "string" ? output : JSON.stringify(output);
}
