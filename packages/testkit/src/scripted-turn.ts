import type { FinishReason, ModelStreamPart } from "@colony/core";

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
