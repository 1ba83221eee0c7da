import type { AgentId, AgentState, Append, ColonyEvent } from "@colony/core";

/**
 * Events that were decided and are on their way to the log, as it is given them. A class, because the engine makes objects of a
 * literal that have lasted a while among those that last for ever, where a dead one keeps alive all that it holds: here each
 * state that was decided.
 */
export class Writing implements Append {
  readonly agentId: AgentId;
  readonly expectedVersion: number;
  readonly events: readonly ColonyEvent[];
  readonly at: number;
  readonly placed = true;
  /** What they were decided upon. */
  readonly base: AgentState | undefined;
  /** What they come to. */
  readonly after: AgentState | undefined;
  /** Settles as their append does. */
  written: Promise<unknown> | undefined = undefined;
  /** Takes back the room in budgets that it claims: what is taken in counts there by itself. */
  room: (() => void) | undefined = undefined;
  /** What was decided upon it and is being written as well. */
  next: Writing | undefined = undefined;

  constructor(
    agentId: AgentId,
    { events, at }: Pick<Append, "at"> & { readonly events: readonly ColonyEvent[] },
    { base, after }: Pick<Writing, "base" | "after">,
  ) {
    this.agentId = agentId;
    this.expectedVersion = base?.record.version ?? 0;
    this.events = events;
    this.at = at;
    this.base = base;
    this.after = after;
  }
}
