import {
  MAX_JSON_DEPTH,
  callId,
  isDeeperThan,
  type AssistantMessage,
  type AssistantPart,
  type FinishReason,
  type JsonObject,
  type JsonValue,
  type ModelStreamPart,
  type ToolCallPart,
  type Usage,
} from "@colony/core";
import { parsedWellFormed } from "../well-formed.ts";

/** A model's whole answer. */
export interface Answer {
  readonly message: AssistantMessage;
  readonly finishReason: FinishReason;
  readonly usage: Omit<Usage, "costUsd">;
}

/** A piece of an answer, as listeners are told of it. */
export type Delta =
  | { readonly type: "text" | "reasoning"; readonly delta: string }
  | { readonly type: "tool_input"; readonly name: string; readonly delta: string };

interface Block {
  readonly type: "text" | "reasoning";
  /** What its provider calls it. */
  readonly id: string;
  text: string;
  metadata: JsonObject | undefined;
}

/** An answer that does not come to an end. No model says so much in one; what is said by mistake would fill memory and log. */
export class AnswerTooLong extends Error {
  constructor(most: number, what: "characters" | "tool calls") {
    const verb = what === "characters" ? "said" : "asked for";
    super(`${verb} more than ${most.toLocaleString("en")} ${what} in one answer`);
  }
}

/** Most characters of an answer: text, thoughts, the ids, names and inputs of its calls, and what its provider wants back with them. */
const MAX_ANSWER_CHARACTERS = 4_000_000;

/** Most calls of an answer. Each becomes events of its own, whether it is made or not. */
const MAX_ANSWER_CALLS = 1_000;

/** Puts the pieces of a streamed answer together. Pieces of kinds that it does not know are passed over. */
export class AnswerReader {
  readonly #order: (Block | ToolCallPart)[] = [];
  /** Made with the first piece: a model may take its time until then. */
  #blocks: Map<string, Block> | undefined;
  /** The block of the newest piece: most pieces belong to the same one as the piece before. */
  #newest: Block | undefined;
  #inputs: Map<string, string> | undefined;
  #finish: { readonly reason: string; readonly usage: Answer["usage"] } | undefined;
  #characters = 0;
  #calls = 0;
  /** Characters of inputs that were counted as they came, and whose calls have not come yet. */
  #streamed = 0;

  /**
   * Takes the next piece; returns what listeners should be told. Throws what the provider reports as an error, and
   * AnswerTooLong.
   */
  take(part: ModelStreamPart): Delta | undefined {
    switch (part.type) {
      case "text-start":
      case "reasoning-start": {
        const type = part.type === "text-start" ? "text" : "reasoning";
        this.#keep(this.#open(type, part.id), part);
        return undefined;
      }
      case "text-delta":
      case "reasoning-delta": {
        const type = part.type === "text-delta" ? "text" : "reasoning";
        const block = this.#block(type, part.id) ?? this.#open(type, part.id);
        this.#count(part.delta.length);
        block.text += part.delta;
        this.#keep(block, part);
        return part.delta === "" ? undefined : { type, delta: part.delta };
      }
      case "text-end":
      case "reasoning-end": {
        const block = this.#block(part.type === "text-end" ? "text" : "reasoning", part.id);
        if (block !== undefined) this.#keep(block, part);
        return undefined;
      }
      case "tool-input-start":
        this.#count(part.id.length + part.toolName.length);
        (this.#inputs ??= new Map()).set(part.id, part.toolName);
        return undefined;
      case "tool-input-delta":
        this.#count(part.delta.length);
        this.#streamed += part.delta.length;
        if (part.delta === "") return undefined;
        return { type: "tool_input", name: this.#inputs?.get(part.id) ?? "", delta: part.delta };
      case "tool-call": {
        if (part.providerExecuted === true) return undefined;
        this.#countCall(part);
        this.#order.push(callFrom(part));
        return undefined;
      }
      case "finish":
        this.#finish = { reason: part.finishReason.unified, usage: usageOf(part.usage) };
        return undefined;
      case "error":
        throw part.error;
      default:
        return undefined;
    }
  }

  /** The text so far, for people to see what a cut answer had said. */
  get text(): string {
    let text = "";
    for (const part of this.#order) if (part.type === "text") text += part.text;
    return text;
  }

  /** How many characters have come so far. Pieces that bring none say nothing. */
  get characters(): number {
    return this.#characters;
  }

  /** What was consumed, as far as the provider has said. */
  get usage(): Answer["usage"] | undefined {
    return this.#finish?.usage;
  }

  /** Whether its provider has said that the answer is complete. */
  get isComplete(): boolean {
    return this.#finish !== undefined && !NOT_COMPLETE.has(this.#finish.reason);
  }

  /** The answer, or undefined where the stream ended without saying that it was complete. */
  finish(): Answer | undefined {
    if (this.#finish === undefined || !this.isComplete) return undefined;
    const { reason, usage } = this.#finish;
    const parts: AssistantPart[] = [];
    for (const part of this.#order) {
      const said = part.type === "tool-call" ? callOf(part, reason) : partOf(part);
      if (said !== undefined) parts.push(said);
    }
    return {
      message: { role: "assistant", parts },
      finishReason: finishReasonOf(reason),
      usage,
    };
  }

  /** Keeps what a provider wants back with a block: the newest that it has said. */
  #keep(block: Block, { providerMetadata }: { readonly providerMetadata?: unknown }): void {
    const metadata = (providerMetadata ?? undefined) as JsonObject | undefined;
    if (metadata === undefined || metadata === block.metadata) return;
    this.#count(sizeOf(metadata) - sizeOf(block.metadata));
    block.metadata = metadata;
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters > MAX_ANSWER_CHARACTERS)
      throw new AnswerTooLong(MAX_ANSWER_CHARACTERS, "characters");
  }

  #countCall({ toolCallId, toolName, input, providerMetadata }: CallPart): void {
    this.#calls += 1;
    if (this.#calls > MAX_ANSWER_CALLS) throw new AnswerTooLong(MAX_ANSWER_CALLS, "tool calls");
    const counted = Math.min(this.#streamed, input.length);
    this.#streamed -= counted;
    const given = toolCallId.length + toolName.length + input.length + sizeOf(providerMetadata);
    this.#count(given - counted);
  }

  #block(type: Block["type"], id: string): Block | undefined {
    const newest = this.#newest;
    if (newest !== undefined && newest.id === id && newest.type === type) return newest;
    return (this.#newest = this.#blocks?.get(`${type}:${id}`));
  }

  #open(type: Block["type"], id: string): Block {
    const block: Block = { type, id, text: "", metadata: undefined };
    (this.#blocks ??= new Map()).set(`${type}:${id}`, block);
    this.#order.push(block);
    return (this.#newest = block);
  }
}

type CallPart = Extract<ModelStreamPart, { type: "tool-call" }>;

/** How long a value is as it is recorded. */
function sizeOf(value: unknown): number {
  const json: unknown = value === undefined ? undefined : JSON.stringify(value);
  return typeof json === "string" ? json.length : 0;
}

/** A call as its provider gives it. */
function callFrom(part: CallPart): ToolCallPart {
  const { input, malformed } = parseInput(part.input);
  const metadata = part.providerMetadata as JsonObject | undefined;
  const call = { type: "tool-call", callId: callId(part.toolCallId), name: part.toolName, input } as const;
  const known = malformed === undefined ? call : { ...call, malformed };
  return metadata === undefined ? known : { ...known, providerMetadata: metadata };
}

/** Nobody can tell which of its calls an answer that was cut off has said to the end, so it has said none. */
function callOf(part: ToolCallPart, reason: string): ToolCallPart {
  return reason === "length" ? { ...part, malformed: true } : part;
}

/** A block as it is recorded; undefined where it says nothing. */
function partOf({ type, text, metadata }: Block): AssistantPart | undefined {
  if (metadata !== undefined) return { type, text, providerMetadata: metadata };
  return text === "" ? undefined : { type, text };
}

/** How an answer ends that has not been given: the stream broke off, or the provider did. */
const NOT_COMPLETE: ReadonlySet<string> = new Set(["interrupted", "error"]);

function finishReasonOf(reason: string): FinishReason {
  switch (reason) {
    case "stop":
    case "length":
    case "content-filter":
    case "tool-calls":
    case "error":
      return reason;
    default:
      return "other";
  }
}

/** Models write JSON; some leave it empty where there is nothing to say, some break off, and some never stop to nest. */
function parseInput(text: string): { readonly input: JsonValue; readonly malformed?: true } {
  if (text.trim() === "") return { input: {} };
  try {
    const input = parsedWellFormed(text);
    if (!isDeeperThan(MAX_JSON_DEPTH, input)) return { input };
  } catch {
    // As it was written, to be answered in words.
  }
  return { input: text.toWellFormed(), malformed: true };
}

type ProviderUsage = Extract<ModelStreamPart, { type: "finish" }>["usage"];

function usageOf(usage: ProviderUsage): Answer["usage"] {
  return {
    inputTokens: counted(usage.inputTokens.total),
    outputTokens: counted(usage.outputTokens.total),
    cachedInputTokens: counted(usage.inputTokens.cacheRead),
    reasoningTokens: counted(usage.outputTokens.reasoning),
    modelCalls: 1,
  };
}

/** More tokens than any one call can have: who counts beyond has not counted. A thousand times what models read today. */
const MOST_TOKENS = 1_000_000_000;

/** A count that is none would give a budget back what it never had, or spend all of it at once: it is as good as not told. */
function counted(tokens: number | undefined): number {
  return tokens !== undefined && tokens > 0 && tokens <= MOST_TOKENS ? tokens : 0;
}
