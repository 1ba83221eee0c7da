import type { NewEvent } from "../events/envelope.ts";
import type { ToolEffect } from "../events/tool.ts";
import type { Usage } from "../messages/usage.ts";

/** What a budget counts. `usd` is null where a price is not known. */
export interface Amounts {
  readonly usd: number | null;
  readonly tokens: number;
  readonly toolCalls: number;
  readonly workers: number;
}

/** Nothing at all. */
export const NOTHING: Amounts = { usd: 0, tokens: 0, toolCalls: 0, workers: 0 };

/** Both together; `sign` -1 takes the second away. An unknown price makes the sum unknown, and is never taken away again. */
export function plus(a: Amounts, b: Amounts, sign: 1 | -1 = 1): Amounts {
  return {
    usd: a.usd === null || b.usd === null ? null : a.usd + sign * b.usd,
    tokens: a.tokens + sign * b.tokens,
    toolCalls: a.toolCalls + sign * b.toolCalls,
    workers: a.workers + sign * b.workers,
  };
}

/** What model calls consumed, as a budget counts it. */
export function spentOn({ costUsd, inputTokens, outputTokens }: Usage): Amounts {
  return { ...NOTHING, usd: costUsd, tokens: inputTokens + outputTokens };
}

const REPORTING = "report_to_parent";

/**
 * Whether beginning a call counts. Each time that it is begun does, but for a `once` one that is begun again, since that
 * never happened the first time. A report costs nothing: it is how a worker ends.
 */
export function isCharged(call: {
  readonly name: string;
  readonly effect: ToolEffect;
  readonly attempt: number;
}): boolean {
  return call.name !== REPORTING && (call.attempt === 1 || call.effect !== "once");
}

/** What events would take from a budget when they are recorded. */
export function needOf(events: readonly Pick<NewEvent, "type" | "data">[]): Amounts {
  let need = NOTHING;
  for (const event of events as readonly NewEvent[]) {
    if (event.type === "MODEL_CALL_STARTED" && event.data.reserved !== undefined)
      need = plus(need, { ...NOTHING, ...event.data.reserved });
    else if (event.type === "TOOL_CALL_STARTED" && isCharged(event.data))
      need = plus(need, { ...NOTHING, toolCalls: 1 });
    else if (event.type === "AGENT_SPAWNED" && event.data.kind === "worker")
      need = plus(need, { ...NOTHING, workers: 1 });
  }
  return need;
}
