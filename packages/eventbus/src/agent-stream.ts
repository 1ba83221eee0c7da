import {
  ColonyError,
  decide,
  evolveAgent,
  applyToAgent,
  isRefusal,
  trim,
  workingCopy,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type ColonyId,
  type DecisionContext,
  type ExecutionId,
  type Fact,
  type NewEvent,
  type Refusal,
} from "@colony/core";

/** What decisions on one agent are made with. */
export interface DecideOptions {
  /** The attempt that the asking loop runs. */
  readonly attempt?: number | undefined;
  /** The execution that the asking loop runs. */
  readonly executionId?: ExecutionId | undefined;
  /** Asked for further commands after each round, also after an empty first one, until it has none: all are one commit. */
  readonly then?: ((state: AgentState) => readonly AgentCommand[]) | undefined;
}

/** Events that were decided and are on their way to the log. */
export interface Writing {
  readonly base: AgentState | undefined;
  readonly facts: readonly Fact[];
  readonly after: AgentState | undefined;
  /** Settles as their append does. */
  written: Promise<unknown> | undefined;
}

/** What is being written of an agent that is only waiting, as most are. */
const NOTHING: readonly Writing[] = [];

/** Rounds of further commands in one commit, before we call it a loop. */
const MAX_ROUNDS = 100;

/**
 * One agent as this process knows it: what is durable, and what has been decided on top of that and is being written.
 * Decisions are made on the newest, so that several can be under way in one disk commit.
 */
export class AgentStream {
  readonly agentId: AgentId;
  readonly #colonyId: ColonyId;
  #committed: AgentState | undefined;
  #tip: AgentState | undefined;
  #writing = NOTHING;
  /** Everything that concerns the agent up to here is in the durable state. */
  #upTo: number;

  constructor(agentId: AgentId, colonyId: ColonyId, from: { state: AgentState | undefined; upTo: number }) {
    this.agentId = agentId;
    this.#colonyId = colonyId;
    this.#committed = from.state;
    this.#tip = from.state;
    this.#upTo = from.upTo;
  }

  /** What is durable. */
  get state(): AgentState | undefined {
    return this.#committed;
  }

  /** What has been decided last, durable or still being written: what the next decision is made upon. */
  get newest(): AgentState | undefined {
    return this.#tip;
  }

  get writing(): boolean {
    return this.#writing.length > 0;
  }

  /** The newest write that the next decision is made upon: settles as that does. */
  get basis(): Promise<unknown> | undefined {
    return this.#writing.at(-1)?.written;
  }

  /**
   * Decides the commands one after the other, all or none of them, and holds the outcome as being written; undefined
   * where there is nothing to write.
   */
  decide(
    commands: readonly AgentCommand[],
    at: number,
    { attempt, executionId, then }: DecideOptions,
  ): Writing | Refusal | undefined {
    const base = this.#tip;
    const context = { agentId: this.agentId, colonyId: this.#colonyId, at, attempt, executionId };
    const facts: Fact[] = [];
    let state = base;
    let draft: ReturnType<typeof workingCopy> | undefined;
    let round = commands;
    for (let rounds = 0; rounds === 0 || round.length > 0; rounds += 1) {
      if (rounds === MAX_ROUNDS) throw endless(this.agentId);
      for (const command of round) {
        const decision = decide(state, command, context);
        if (isRefusal(decision)) return decision;
        if (decision.length === 0) continue;
        if (state !== undefined) state = draft ??= workingCopy(state);
        for (const event of decision) {
          const fact = factOf(event, context, (base?.record.version ?? 0) + facts.length + 1);
          facts.push(fact);
          if (draft !== undefined) applyToAgent(draft, fact);
        }
        state ??= evolveAgent(undefined, facts);
      }
      round = state === undefined ? [] : (then?.(state) ?? []);
    }
    if (facts.length === 0) return undefined;
    if (draft !== undefined && base !== undefined) trim(draft, base);
    const writing: Writing = { base, facts, after: state, written: undefined };
    this.#tip = state;
    this.#writing = this.#writing.concat(writing);
    return writing;
  }

  /** What was decided could not be written, nor anything decided upon it. False where that was known already. */
  forget(writing: Writing): boolean {
    const place = this.#writing.indexOf(writing);
    if (place < 0) return false;
    this.#writing = place === 0 ? NOTHING : this.#writing.slice(0, place);
    this.#decideUpon();
    return true;
  }

  /**
   * Takes in an event that the log has taken: this agent's own, or mail from another's stream. Whether the durable state
   * is another one now: it is once all of a commit has been told.
   */
  commit(event: ColonyEvent): boolean {
    if (event.seq <= this.#upTo) return false;
    this.#upTo = event.seq;
    const head = this.#writing[0];
    if (event.agentId !== this.agentId || head === undefined) {
      this.#committed = evolveAgent(this.#committed, [event]);
      this.#decideUpon();
      return true;
    }
    const place = event.version - (head.facts[0]?.version ?? 0);
    if (!isSame(event, head.facts[place])) return this.#takeForeign(event);
    if (place < head.facts.length - 1) return false;
    this.#writing = this.#writing.length === 1 ? NOTHING : this.#writing.slice(1);
    this.#committed = head.base === this.#committed ? head.after : evolveAgent(this.#committed, head.facts);
    return true;
  }

  /** Another writer was first: what is being written will be refused by the log, so nothing more is decided upon it. */
  #takeForeign(event: ColonyEvent): true {
    this.#committed = evolveAgent(this.#committed, [event]);
    this.#writing = NOTHING;
    this.#tip = this.#committed;
    return true;
  }

  #decideUpon(): void {
    this.#tip = this.#writing.reduce((state, { facts }) => evolveAgent(state, facts), this.#committed);
  }
}

/** An event that was decided, at its place in its stream. All have the same members, so that reading them is cheap. */
function factOf(event: NewEvent, { agentId, colonyId, at }: DecisionContext, version: number): Fact {
  const { type, data, executionId, correlationId, causationId } = event;
  return { type, data, executionId, correlationId, causationId, agentId, colonyId, version, at } as Fact;
}

/** Whether a recorded event is the one that was decided. Most logs hand the very data back that they were given. */
function isSame(event: ColonyEvent, fact: Fact | undefined): boolean {
  if (fact === undefined || event.version !== fact.version || event.type !== fact.type) return false;
  if (event.at !== fact.at || event.executionId !== fact.executionId) return false;
  return event.data === fact.data || JSON.stringify(event.data) === JSON.stringify(fact.data);
}

function endless(agentId: AgentId): ColonyError {
  return new ColonyError(
    "usage.invalid",
    `"then" had further commands for agent "${agentId}" after ${MAX_ROUNDS} rounds; it has to come to an end`,
  );
}
