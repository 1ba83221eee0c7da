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

/** Amounts that are added to. */
export type Tally = { -readonly [Key in keyof Amounts]: Amounts[Key] };

/** Adds amounts; `sign` -1 takes them away. An unknown price makes the sum unknown, and is never taken away again. */
export function add(tally: Tally, amounts: Amounts, sign: 1 | -1 = 1): void {
  tally.usd = tally.usd === null || amounts.usd === null ? null : tally.usd + sign * amounts.usd;
  tally.tokens += sign * amounts.tokens;
  tally.toolCalls += sign * amounts.toolCalls;
  tally.workers += sign * amounts.workers;
}

/** What model calls consumed, as a budget counts it. */
export function spentOn({ costUsd, inputTokens, outputTokens }: Usage): Amounts {
  return { usd: costUsd, tokens: inputTokens + outputTokens, toolCalls: 0, workers: 0 };
}

/** What a tool call that is begun takes. */
export const ONE_CALL: Amounts = { ...NOTHING, toolCalls: 1 };

/** What a spawn takes. */
export const ONE_WORKER: Amounts = { ...NOTHING, workers: 1 };

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
  const need: Tally = { ...NOTHING };
  for (const event of events as readonly NewEvent[]) {
    if (event.type === "MODEL_CALL_STARTED" && event.data.reserved !== undefined)
      add(need, { ...NOTHING, ...event.data.reserved });
    else if (event.type === "TOOL_CALL_STARTED" && isCharged(event.data)) add(need, ONE_CALL);
    else if (event.type === "AGENT_SPAWNED" && event.data.kind === "worker") add(need, ONE_WORKER);
  }
  return need;
}
