import {
  ColonyError,
  deliverable,
  dispositionOf,
  isEnded,
  messageOf,
  type AgentCommand,
  type AgentId,
  type AgentState,
} from "@colony/core";
import type { LoopDeps } from "./deps.ts";
import type { Claim } from "./recorder.ts";

interface Crash {
  readonly agentId: AgentId;
  /** What the run had taken up; undefined where it failed before. */
  readonly claim: Claim | undefined;
  readonly error: unknown;
}

/** A fault of ours must not leave an execution without an end, nor an input that sets the same fault off for ever. */
export async function endCrashed(deps: LoopDeps, { agentId, claim, error }: Crash): Promise<void> {
  const { ledger, logger, host } = deps;
  if (error instanceof ColonyError && error.code === "log.closed") return;
  logger.error({ agentId, reason: messageOf(error) }, "execution crashed");
  const state = ledger.peek(agentId);
  const disposition = state === undefined ? undefined : dispositionOf(state);
  if (state === undefined || disposition === undefined || disposition.do === "nothing") return;
  // Without an execution there is mail; where this run had one, that has ended and the mail is for the next.
  if (disposition.do === "queue" && claim !== undefined) return;
  const start: AgentCommand = { type: "execution.start", host };
  const queued: readonly AgentCommand[] =
    disposition.do === "queue"
      ? [{ type: "execution.queue", correlationId: disposition.correlationId }, start]
      : state.record.execution?.status === "queued"
        ? [start]
        : [];
  const end: AgentCommand = {
    type: "execution.end",
    end: "failed",
    cause: "crash",
    error: { code: "execution.failed", message: `the agent loop crashed: ${messageOf(error)}` },
  };
  try {
    await ledger.execute(agentId, queued.length === 0 ? [...taking(state), end] : queued, {
      follow: (next) => (isEnded(next.record.execution?.status ?? "failed") ? [] : [...taking(next), end]),
      ...claim,
    });
  } catch (failure) {
    logger.error({ agentId, reason: messageOf(failure) }, "end of a crashed execution not recorded");
  }
}

/** The inputs that the execution would have been given count as given: they are in its conversation, and not in the next one's way. */
function taking(state: AgentState): readonly AgentCommand[] {
  const { execution } = state;
  if (execution === null || execution.modelCall !== null || execution.cancel !== null) return [];
  return [{ type: "input.deliver", inputIds: deliverable(state).map(({ inputId }) => inputId) }];
}
