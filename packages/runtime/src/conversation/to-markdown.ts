import type {
  AssistantPart,
  FilePart,
  JsonValue,
  Message,
  MessageOrigin,
  ToolMessage,
  ToolResultStatus,
  UserMessage,
} from "@colony/core";
import { requireHeading, requireMessages } from "./given.ts";
import { codeSpan, fenced, quoted } from "./markdown.ts";

/** What a reader is told about a conversation before it begins. */
export interface MarkdownInfo {
  readonly title: string;
  /** Lines under the title: name and value. */
  readonly facts?: Readonly<Record<string, string>>;
}

const SPEAKERS: Record<MessageOrigin, string> = {
  task: "Task",
  chat: "User",
  report: "Report of a worker",
  correction: "Correction",
  answer: "Answer of the user",
  question: "Question of a worker",
  trigger: "Trigger",
  system: "System",
  seed: "User",
};

const OUTCOMES: Record<ToolResultStatus, string> = {
  ok: "ok",
  error: "failed",
  unknown: "outcome unknown",
  cancelled: "cancelled",
  denied: "denied",
};

/**
 * A conversation for people: who said what, in quotes, and each tool call with its input and result in fenced blocks.
 * Nothing that was said can break out of its place: quotes and fences hold whatever stands in them. Throws `usage.invalid`.
 */
export function toMarkdown(messages: readonly Message[], info: MarkdownInfo): string {
  requireMessages(messages);
  requireHeading(info);
  const facts = Object.entries(info.facts ?? {}).map(
    ([name, value]) => `- ${oneLine(name)}: ${codeSpan(value)}`,
  );
  const blocks = [
    `# ${oneLine(info.title)}`,
    ...(facts.length > 0 ? [facts.join("\n")] : []),
    ...messages.flatMap(blocksOf),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function blocksOf(message: Message): readonly string[] {
  switch (message.role) {
    case "user":
      return userBlocks(message);
    case "assistant":
      return ["## Assistant", ...message.parts.flatMap(partBlocks)];
    case "tool":
      return resultBlocks(message);
  }
}

function userBlocks({ origin, text, files = [] }: UserMessage): readonly string[] {
  const list = files.map((file) => `- ${fileLine(file)}`);
  return [
    `## ${SPEAKERS[origin]}`,
    ...(text === "" ? [] : [quoted(text)]),
    ...(list.length > 0 ? [list.join("\n")] : []),
  ];
}

function partBlocks(part: AssistantPart): readonly string[] {
  switch (part.type) {
    case "text":
      return part.text === "" ? [] : [quoted(part.text)];
    case "reasoning":
      return part.text === "" ? [] : ["*Thinks:*", quoted(part.text)];
    case "tool-call": {
      const note = part.malformed === true ? ", with an input that is no JSON" : "";
      return [`**Calls ${codeSpan(part.name)}** (${codeSpan(part.callId)})${note}`, valueBlock(part.input)];
    }
  }
}

function resultBlocks({ name, callId, result }: ToolMessage): readonly string[] {
  const whole =
    result.blob && `Whole output: ${result.blob.sizeBytes} bytes, sha256 ${codeSpan(result.blob.sha256)}`;
  return [
    `**Result of ${codeSpan(name)}** (${codeSpan(callId)}): ${OUTCOMES[result.status]}`,
    valueBlock(result.output),
    ...(whole === undefined ? [] : [whole]),
  ];
}

const valueBlock = (value: JsonValue): string =>
  typeof value === "string" ? fenced(value, "") : fenced(JSON.stringify(value, null, 2), "json");

/** Base64 carries three bytes in four characters. */
const fileLine = ({ mediaType, data, name }: FilePart): string =>
  `${name === undefined ? "File" : codeSpan(name)} (${codeSpan(mediaType)}, about ${Math.floor((data.length * 3) / 4)} bytes)`;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
