import type { ExecutionState } from "../state/agent-state.ts";

/** Why the last tries of an execution came to nothing, as an ending of a sentence; empty where the last one did not fail. */
export function inVain(execution: ExecutionState | null): string {
  const failure = execution?.lastFailure ?? null;
  return failure === null
    ? ""
    : `; its last model call had failed: ${failure.error.message.replace(/\.$/, "")}`;
}
