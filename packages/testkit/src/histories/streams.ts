import {
  agentId,
  colonyId,
  decide,
  evolveAgent,
  isRefusal,
  recipientOf,
  recordEvent,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type DecisionContext,
  type Fact,
  type NewEvent,
  type Refusal,
} from "@colony/core";
import { NOBODY } from "./actions.ts";

/** Commands that were decided together, and what they came to. */
export interface HistoryCommit {
  readonly agentId: AgentId;
  readonly commands: readonly AgentCommand[];
  readonly context: DecisionContext;
  readonly before: AgentState | undefined;
  readonly after: AgentState | undefined;
  /** Empty where it was refused, or so already. */
  readonly events: readonly ColonyEvent[];
  readonly refusal: Refusal | undefined;
}

/** The colony that all random histories are of. */
const HISTORY_COLONY = colonyId("history");

/** The streams of a colony in memory, as a ledger keeps them, without anything that awaits. */
export class HistoryStreams {
  readonly events: ColonyEvent[] = [];
  readonly commits: HistoryCommit[] = [];
  readonly #states = new Map<AgentId, AgentState>();
  /** Epoch ms. */
  now = 1_750_000_000_000;

  /** The agents so far, oldest first. */
  get agents(): readonly AgentId[] {
    return Array.from(this.#states.keys());
  }

  state(id: AgentId): AgentState | undefined {
    return this.#states.get(id);
  }

  /** One of the agents there are, or for `NOBODY` one that there is not. */
  agent(pick: number): AgentId {
    const known = pick === NOBODY ? undefined : this.agents[pick % Math.max(1, this.#states.size)];
    return known ?? agentId("nobody");
  }

  /** Decides commands one after the other, all or none of them. */
  perform(
    id: AgentId,
    commands: readonly AgentCommand[],
    owner: Pick<DecisionContext, "attempt" | "executionId"> = {},
  ): HistoryCommit {
    this.now += 10;
    const context: DecisionContext = { agentId: id, colonyId: HISTORY_COLONY, at: this.now, ...owner };
    const before = this.#states.get(id);
    let tip = before;
    const decided: NewEvent[] = [];
    for (const command of commands) {
      const decision = decide(tip, command, context);
      if (isRefusal(decision))
        return this.#done({ agentId: id, commands, context, before, refusal: decision });
      tip = evolveAgent(tip, this.#facts(decision, context, tip?.record.version ?? 0));
      decided.push(...decision);
    }
    const version = before?.record.version ?? 0;
    const append = { agentId: id, expectedVersion: version, events: decided, at: context.at };
    const events = decided.map((event, index) =>
      recordEvent(event, append, {
        colonyId: HISTORY_COLONY,
        seq: this.events.length + 1 + index,
        version: version + 1 + index,
      }),
    );
    for (const event of events) this.#take(event);
    return this.#done({ agentId: id, commands, context, before, events });
  }

  #done(commit: Omit<HistoryCommit, "after" | "events" | "refusal"> & Partial<HistoryCommit>): HistoryCommit {
    const whole = { events: [], refusal: undefined, ...commit, after: this.#states.get(commit.agentId) };
    this.commits.push(whole);
    return whole;
  }

  #take(event: ColonyEvent): void {
    this.events.push(event);
    this.#evolve(event.agentId, event);
    const recipient = recipientOf(event);
    if (recipient !== undefined && recipient !== event.agentId) this.#evolve(recipient, event);
  }

  #evolve(id: AgentId, event: ColonyEvent): void {
    const state = evolveAgent(this.#states.get(id), [event]);
    if (state !== undefined) this.#states.set(id, state);
  }

  #facts(events: readonly NewEvent[], context: DecisionContext, version: number): readonly Fact[] {
    const { at } = context;
    const append = { agentId: context.agentId, expectedVersion: version, events, at };
    return events.map((event, index) =>
      recordEvent(event, append, { colonyId: HISTORY_COLONY, seq: 1, version: version + 1 + index }),
    );
  }
}
