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
import { fittingNames, type FittingNames } from "./fitting-names.ts";

type PromptMessage = ModelPrompt[number];
type AssistantContent = Extract<PromptMessage, { role: "assistant" }>["content"];
type ToolContent = Extract<PromptMessage, { role: "tool" }>["content"];
type Call = AssistantEntry["calls"][number];
type ProviderOptions = NonNullable<Extract<PromptMessage, { role: "assistant" }>["providerOptions"]>;

const WORDS = /\S/;

/**
 * The conversation as a model is given it. Each answer is followed by the outcomes of its calls, in their order. What a model
 * has said is told as it was, but for what providers refuse to be told (half of a surrogate pair is one such thing): one odd answer
 * would have all requests after it refused.
 */
export function promptOf(system: string, { conversation }: Pick<AgentState, "conversation">): ModelPrompt {
  const prompt: ModelPrompt = system === "" ? [] : [{ role: "system", content: system }];
  const names = fittingNames(conversation);
  const said = (part: AssistantPart): AssistantContent[number] => contentOf(part, names);
  const came = (call: Call): ToolContent[number] => outcomeOf(call, names);
  for (const entry of conversation) {
    if (entry.role === "user") prompt.push(userMessage(entry));
    else {
      prompt.push({ role: "assistant", content: withoutBlanks(entry.parts).map(said) });
      if (entry.calls.length > 0) prompt.push({ role: "tool", content: entry.calls.map(came) });
    }
  }
  // A copy is as long as it has to be, what was pushed to is longer; and it is held as long as the model takes.
  return prompt.slice();
}

/** Providers refuse text of nothing but white space, which some models put before a call. */
function withoutBlanks(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  if (!parts.some(isBlank)) return parts;
  const said = parts.filter((part) => !isBlank(part));
  return said.length === 0 ? parts : said;
}

/** What a provider wants to get back is not blank, whatever its text. */
function isBlank(part: AssistantPart): boolean {
  return part.type === "text" && part.providerMetadata === undefined && !WORDS.test(part.text);
}

function userMessage(message: UserMessage): PromptMessage {
  const text = message.text.toWellFormed();
  const files = readableFiles(message.files);
  if (files.length === 0) return { role: "user", content: [{ type: "text", text }] };
  const said = text === "" ? [] : [{ type: "text" as const, text }];
  const shown = files.map(({ mediaType, data }) => ({
    type: "file" as const,
    mediaType,
    data: { type: "data" as const, data },
  }));
  return { role: "user", content: [...said, ...shown] };
}

function contentOf(part: AssistantPart, names: FittingNames | undefined): AssistantContent[number] {
  const content = withoutOptions(part, names);
  const options = part.providerMetadata as ProviderOptions | undefined;
  return options === undefined ? content : { ...content, providerOptions: options };
}

function withoutOptions(part: AssistantPart, names: FittingNames | undefined): AssistantContent[number] {
  if (part.type !== "tool-call") return { type: part.type, text: part.text.toWellFormed() };
  const toolCallId = names?.idOf(part) ?? part.callId;
  return { type: "tool-call", toolCallId, toolName: names?.nameOf(part) ?? part.name, input: inputOf(part) };
}

/** Providers take objects only. What the model wrote instead is in the answer to the call. */
function inputOf({ input }: ToolCallPart): JsonValue {
  return typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
}

function outcomeOf(call: Call, names: FittingNames | undefined): ToolContent[number] {
  const output = outputOf(call.result);
  const toolCallId = names?.idOf(call) ?? call.callId;
  return { type: "tool-result", toolCallId, toolName: names?.nameOf(call) ?? call.name, output };
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
