import {
  FinishReason,
  requireOptions,
  shownValue,
  type ModelStreamPart,
  type OptionTable,
} from "@colony/core";
import { z } from "zod";
import { GIVEN } from "./given.ts";

/** A tool call that a scripted model asks for. */
export interface ScriptedToolCall {
  /** Default `call-1`, `call-2` ... within the turn. */
  readonly id?: string;
  readonly name: string;
  /** Turned into JSON; a string is sent as it is, so that broken JSON can be said too. */
  readonly input: unknown;
}

/** One answer of a scripted model, said in the order: reasoning, text, tool calls, finish. */
export interface ScriptedTurn {
  readonly reasoning?: string;
  /** A list is streamed as that many deltas. */
  readonly text?: string | readonly string[];
  readonly toolCalls?: readonly ScriptedToolCall[];
  /** Tokens; default 10 in and 5 out. */
  readonly usage?: ScriptedUsage;
  /** Default `tool-calls` where there are any, else `stop`. */
  readonly finishReason?: FinishReason;
  /** The call rejects with this, before it says anything. */
  readonly throws?: Error;
  /** After what it has to say comes an error part with this, and no finish. */
  readonly streamError?: unknown;
  /** `break_off`: the stream ends without a finish. */
  readonly ending?: "finish" | "break_off";
  /** The call waits for this before it answers at all. */
  readonly before?: Promise<unknown>;
  /** The answer waits for this between what it says and its finish. */
  readonly during?: Promise<unknown>;
  /** `deaf`: goes on although its signal is aborted. Default `aware`: fails at once with the signal's reason. */
  readonly abort?: "aware" | "deaf";
}

/** Tokens that a scripted answer claims to have used. */
export interface ScriptedUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Of the input. */
  readonly cachedInputTokens?: number;
  /** Of the output. */
  readonly reasoningTokens?: number;
}

const tokens = { fits: z.custom<unknown>((value) => typeof value === "number"), give: "a number of tokens" };

const said = z.custom<unknown>((value) => value !== undefined);

const anything = { fits: z.unknown(), give: "what is thrown" };

const TURN: OptionTable = {
  reasoning: GIVEN.text,
  text: { fits: z.union([z.string(), z.array(z.string())]), give: "a text, or a list of texts" },
  toolCalls: {
    fits: z.array(z.looseObject({ id: z.string().optional(), name: z.string(), input: said })),
    give: "a list of calls, each of them { name, input } or { id, name, input }",
  },
  usage: {
    fits: z.looseObject({}),
    give: "an object of numbers of tokens",
    options: {
      inputTokens: tokens,
      outputTokens: tokens,
      cachedInputTokens: tokens,
      reasoningTokens: tokens,
    },
  },
  finishReason: { fits: FinishReason, give: `one of ${FinishReason.options.join(", ")}` },
  throws: anything,
  streamError: anything,
  ending: { fits: z.enum(["finish", "break_off"]), give: '"finish" or "break_off"' },
  before: GIVEN.promise,
  during: GIVEN.promise,
  abort: { fits: z.enum(["aware", "deaf"]), give: '"aware" or "deaf"' },
};

/** Throws `usage.invalid` where a turn will not do. Turns are counted from 0. */
export function requireTurn(turn: unknown, index: number): void {
  const of = `turn ${index + 1} of the script`;
  const whole = `${of} is ${shownValue(turn)}; give an object, such as { text: "Done." }`;
  requireOptions(turn, TURN, { code: "usage.invalid", whole, of });
}

/** Something to wait for in the middle of an answer. */
interface Wait {
  readonly type: "wait";
  readonly until: Promise<unknown>;
}

/** The stream parts that a turn comes to. */
export function* partsOf(turn: ScriptedTurn): Generator<ModelStreamPart | Wait> {
  const { reasoning, text, toolCalls = [], during, streamError } = turn;
  yield { type: "stream-start", warnings: [] };
  if (reasoning !== undefined) {
    yield { type: "reasoning-start", id: "reasoning" };
    yield { type: "reasoning-delta", id: "reasoning", delta: reasoning };
    yield { type: "reasoning-end", id: "reasoning" };
  }
  if (text !== undefined) {
    yield { type: "text-start", id: "text" };
    for (const delta of typeof text === "string" ? [text] : text)
      yield { type: "text-delta", id: "text", delta };
    yield { type: "text-end", id: "text" };
  }
  for (const [index, call] of toolCalls.entries()) yield* callParts(call, call.id ?? `call-${index + 1}`);
  if (during !== undefined) yield { type: "wait", until: during };
  if (streamError !== undefined) yield { type: "error", error: streamError };
  else if (turn.ending !== "break_off") yield finishOf(turn);
}

function* callParts({ name, input }: ScriptedToolCall, id: string): Generator<ModelStreamPart> {
  const json = typeof input === "string" ? input : JSON.stringify(input);
  yield { type: "tool-input-start", id, toolName: name };
  yield { type: "tool-input-delta", id, delta: json };
  yield { type: "tool-input-end", id };
  yield { type: "tool-call", toolCallId: id, toolName: name, input: json };
}

function finishOf({ usage = {}, finishReason, toolCalls = [] }: ScriptedTurn): ModelStreamPart {
  const { inputTokens = 10, outputTokens = 5, cachedInputTokens = 0, reasoningTokens = 0 } = usage;
  const unified = finishReason ?? (toolCalls.length > 0 ? "tool-calls" : "stop");
  return {
    type: "finish",
    finishReason: { unified, raw: unified },
    usage: {
      inputTokens: {
        total: inputTokens,
        noCache: inputTokens - cachedInputTokens,
        cacheRead: cachedInputTokens,
        cacheWrite: 0,
      },
      outputTokens: { total: outputTokens, text: outputTokens - reasoningTokens, reasoning: reasoningTokens },
    },
  };
}
