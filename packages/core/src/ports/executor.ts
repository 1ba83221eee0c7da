import type { AgentId } from "../ids.ts";

/** How an agent's execution is carried out: the in-process loop, or something else that records the same events. */
export interface Executor {
  /**
   * Takes the agent's queued or interrupted execution to its end. Resolves when the end is recorded, or when somebody
   * else has taken the execution over. Aborting the signal with reason `shutdown` leaves it where it is, to go on later.
   */
  run(agentId: AgentId, options: { readonly signal: AbortSignal }): Promise<void>;
  /**
   * Aborts what the agent does here although its cancel could not be recorded yet, and begins and records nothing of it
   * until what is returned is called: then the cancel stands in the log. Absent: it goes on until then.
   */
  callOff?(agentId: AgentId): () => void;
  /** What the model call under way that an earlier host has left the agent in had said. Absent: that is not known. */
  leftOf?(agentId: AgentId): string | undefined;
}
