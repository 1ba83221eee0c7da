import {
  decide,
  draftAgent,
  evolveAgent,
  applyToAgent,
  isRefusal,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type ColonyId,
  type Fact,
  type NewEvent,
  type Refusal,
} from "@colony/core";

/** What decisions on one agent are made with. */
export interface DecideOptions {
  readonly at: number;
  /** The attempt that the asking loop runs. */
  readonly attempt?: number | undefined;
  /** Asked for further commands after each round, with the state so far, until it has none: all are one commit. */
  readonly then?: ((state: AgentState) => readonly AgentCommand[]) | undefined;
}

/** Events that were decided and are on their way to the log. */
interface Pending {
  readonly base: AgentState | undefined;
  readonly facts: readonly Fact[];
  readonly after: AgentState | undefined;
  readonly lastVersion: number;
}

/** Rounds of further commands in one commit, before we call it a loop. */
const MAX_ROUNDS = 100;

/**
 * One agent as this process knows it: what is durable, and what has been decided on top of that and is being written.
 * Decisions are made on the newest, so that several can be under way in one disk commit.
 */
export class AgentStream {
  readonly #agentId: AgentId;
  readonly #colonyId: ColonyId;
  #committed: AgentState | undefined;
  #tip: AgentState | undefined;
  #pending: Pending[] = [];

  constructor(agentId: AgentId, colonyId: ColonyId, state: AgentState | undefined) {
    this.#agentId = agentId;
    this.#colonyId = colonyId;
    this.#committed = state;
    this.#tip = state;
  }

  /** What is durable. */
  get state(): AgentState | undefined {
    return this.#committed;
  }

  get writing(): boolean {
    return this.#pending.length > 0;
  }

  /** The version that the next append expects. */
  get version(): number {
    return this.#tip?.record.version ?? 0;
  }

  /** Decides the commands one after the other, all or none of them, and holds the outcome as being written. */
  decide(commands: readonly AgentCommand[], options: DecideOptions): readonly NewEvent[] | Refusal {
    const events: NewEvent[] = [];
    const facts: Fact[] = [];
    const base = this.#tip;
    const [draft, finish] = base === undefined ? [undefined, undefined] : draftAgent(base);
    let state: AgentState | undefined = draft as AgentState | undefined;
    let round: readonly AgentCommand[] = commands;
    for (let rounds = 0; round.length > 0 && rounds < MAX_ROUNDS; rounds += 1) {
      for (const command of round) {
        const decision = decide(state, command, {
          agentId: this.#agentId,
          colonyId: this.#colonyId,
          at: options.at,
          ...(options.attempt === undefined ? {} : { attempt: options.attempt }),
        });
        if (isRefusal(decision)) return decision;
        const made = this.#facts(decision, (base?.record.version ?? 0) + facts.length, options.at);
        if (draft !== undefined) for (const fact of made) applyToAgent(draft, fact);
        else state = evolveAgent(state, made);
        events.push(...decision);
        facts.push(...made);
      }
      round = state === undefined ? [] : (options.then?.(state) ?? []);
    }
    if (facts.length === 0) return events;
    const after = finish === undefined ? state : finish();
    this.#tip = after;
    this.#pending.push({ base, facts, after, lastVersion: (base?.record.version ?? 0) + facts.length });
    return events;
  }

  /** What was decided could not be written, nor anything that was decided upon it. */
  forget(): void {
    this.#pending = [];
    this.#tip = this.#committed;
  }

  /** Takes in an event that the log has taken: this agent's own, or mail from another's stream. */
  commit(event: ColonyEvent): void {
    const [head] = this.#pending;
    if (event.agentId !== this.#agentId || head === undefined) {
      this.#committed = evolveAgent(this.#committed, [event]);
      this.#tip = this.#pending.reduce(
        (state, pending) => evolveAgent(state, pending.facts),
        this.#committed,
      );
      return;
    }
    if (event.version < head.lastVersion) return;
    this.#pending.shift();
    this.#committed = head.base === this.#committed ? head.after : evolveAgent(this.#committed, head.facts);
  }

  #facts(events: readonly NewEvent[], version: number, at: number): readonly Fact[] {
    return events.map((event, index) => ({
      ...event,
      agentId: this.#agentId,
      colonyId: this.#colonyId,
      version: version + index + 1,
      at,
    })) as readonly Fact[];
  }
}
