import type { EventType } from "../events/catalogue.ts";
import type { PrunedAgent } from "../events/retention.ts";
import type { AgentRecord, AgentState } from "./agent-state.ts";

/**
 * What an agent's conversation and work are made of: of these nothing is kept of an agent whose history is pruned, but
 * what was mail for somebody else. The others are few and small, and tell who it was, how it ended and what it used.
 */
export const PRUNED_TYPES: readonly EventType[] = [
  "AGENT_SEEDED",
  "EXECUTION_PAUSED",
  "EXECUTION_HELD_UP",
  "EXECUTION_WRAP_UP_REQUESTED",
  "INPUT_RECEIVED",
  "MESSAGE_APPENDED",
  "MODEL_CALL_STARTED",
  "MODEL_CALL_COMPLETED",
  "MODEL_CALL_FAILED",
  "MODEL_SWITCHED",
  "MODEL_RETRY_SCHEDULED",
  "TOOL_CALL_STARTED",
  "TOOL_CALL_COMPLETED",
  "TOOL_OUTCOME_UNKNOWN",
  "SPAWN_REFUSED",
  "QUESTION_ASKED",
  "QUESTION_ANSWERED",
  "APPROVAL_REQUESTED",
  "PROCESS_STARTED",
  "PROCESS_EXITED",
  "REPORT_RECORDED",
];

/** The record of an agent once its history is pruned: the same whether it is told by all of its events or by those that stay. */
export function prunedRecord(
  record: AgentRecord,
  { seeded, at }: Pick<PrunedAgent, "seeded"> & { readonly at: number },
): AgentRecord {
  const { requests: _none, execution, ...kept } = record;
  return {
    ...kept,
    seeded: seeded === true,
    processes: 0,
    prunedAt: at,
    // Where an execution that has ended had been last is not told by its end.
    execution: execution === null ? null : { ...execution, phase: "finalizing" },
  };
}

/** The state of an agent whose record says that its history is pruned, whatever of that is still in the log. */
export function prunedState(state: AgentState, { prunedAt, seeded }: AgentRecord): AgentState {
  if (prunedAt === undefined) return state;
  const { approvedTools: _none, ...kept } = state;
  return {
    ...kept,
    record: prunedRecord(state.record, { at: prunedAt, ...(seeded ? { seeded } : {}) }),
    keys: {},
    conversation: [],
    processes: [],
  };
}
