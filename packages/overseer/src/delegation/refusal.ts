import { ColonyError, type ErrorCode, type ToolContext } from "@colony/core";

/** What a call asked for. */
export interface Wanted {
  readonly task: string;
  /** Kind of worker, where one was named. */
  readonly worker?: string | undefined;
}

const CODES: ReadonlySet<ErrorCode> = new Set([
  "spawn.refused",
  "spawn.too_deep",
  "budget.exhausted",
  "agent.name_taken",
  "definition.not_found",
]);

/** Does the work of a call that spawns. Where it is refused, that is recorded with the call's outcome. */
export async function orRefused<Value>(
  context: ToolContext,
  wanted: readonly Wanted[],
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const [first] = wanted;
    // What was called off was not refused.
    if (error instanceof ColonyError && CODES.has(error.code) && !context.signal.aborted)
      context.refused?.({
        code: error.code,
        message: error.message,
        definition: first?.worker ?? null,
        task: first?.task ?? "",
        workers: Math.max(1, wanted.length),
      });
    throw error;
  }
}
