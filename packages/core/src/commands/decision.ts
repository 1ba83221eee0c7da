import type { NewEvent } from "../events/envelope.ts";
import type { AgentId, ColonyId, ExecutionId } from "../ids.ts";
import type { Refusal } from "../errors/colony-error.ts";
import type { AgentState } from "../state/agent-state.ts";
import type { AgentCommandType, AgentCommands } from "./command.ts";

/** What a decision knows besides the state and the command. */
export interface DecisionContext {
  readonly agentId: AgentId;
  readonly colonyId: ColonyId;
  /** Epoch ms that the events will be stamped with. */
  readonly at: number;
  /** The attempt that the asking loop runs; refused with `execution.stale_attempt` when another one has taken over. */
  readonly attempt?: number | undefined;
  /** The execution that the asking loop runs; refused with `execution.ended` when the agent is at another one. */
  readonly executionId?: ExecutionId | undefined;
}

/** Events to record (none: it is so already), or why not. */
export type Decision = readonly NewEvent[] | Refusal;

/** Tells the two kinds of decision apart. */
export function isRefusal(decision: Decision): decision is Refusal {
  return !Array.isArray(decision);
}

/** For each command, its decision on an agent that exists. */
export type CommandHandlers = {
  readonly [T in AgentCommandType]: (
    state: AgentState,
    command: AgentCommands[T],
    context: DecisionContext,
  ) => Decision;
};

/** A refusal with its code and sentence. */
export function refuse(code: Refusal["code"], message: string): Refusal {
  return { code, message };
}
