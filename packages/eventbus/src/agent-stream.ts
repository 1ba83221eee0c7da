import {
  ColonyError,
  decide,
  evolveAgent,
  applyToAgent,
  isRefusal,
  workingCopy,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type ColonyId,
  type ExecutionId,
  type Fact,
  type NewEvent,
  type Refusal,
} from "@colony/core";

/** What decisions on one agent are made with. */
export interface DecideOptions {
  readonly at: number;
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
  written: Promise<readonly ColonyEvent[]> | undefined;
}

/** What a decision comes to. */
export interface Decided {
  readonly events: readonly NewEvent[];
  /** The version that the append expects. */
  readonly expectedVersion: number;
  /** Absent where there is nothing to write. */
  readonly writing: Writing | undefined;
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
  #writing: Writing[] = [];
  /** Everything that concerns the agent up to here is in the durable state. */
  #upTo: number;

  constructor(agentId: AgentId, colonyId: ColonyId, from: { state: AgentState | undefined; upTo: number }) {
    this.#agentId = agentId;
    this.#colonyId = colonyId;
    this.#committed = from.state;
    this.#tip = from.state;
    this.#upTo = from.upTo;
  }

  /** What is durable. */
  get state(): AgentState | undefined {
    return this.#committed;
  }

  get writing(): boolean {
    return this.#writing.length > 0;
  }

  /** The newest write that the next decision is made upon: settles as that does. */
  get basis(): Promise<readonly ColonyEvent[]> | undefined {
    return this.#writing.at(-1)?.written;
  }

  /** Decides the commands one after the other, all or none of them, and holds the outcome as being written. */
  decide(commands: readonly AgentCommand[], options: DecideOptions): Decided | Refusal {
    const events: NewEvent[] = [];
    const facts: Fact[] = [];
    const base = this.#tip;
    const expectedVersion = base?.record.version ?? 0;
    const draft = base === undefined ? undefined : workingCopy(base);
    let state: AgentState | undefined = draft;
    let round: readonly AgentCommand[] = commands;
    for (let rounds = 0; rounds === 0 || round.length > 0; rounds += 1) {
      if (rounds === MAX_ROUNDS) throw endless(this.#agentId);
      for (const command of round) {
        const decision = decide(state, command, this.#context(options));
        if (isRefusal(decision)) return decision;
        const made = this.#facts(decision, expectedVersion + facts.length, options.at);
        if (draft !== undefined) for (const fact of made) applyToAgent(draft, fact);
        else state = evolveAgent(state, made);
        events.push(...decision);
        facts.push(...made);
      }
      round = state === undefined ? [] : (options.then?.(state) ?? []);
    }
    if (facts.length === 0) return { events, expectedVersion, writing: undefined };
    const after = state;
    const writing: Writing = { base, facts, after, written: undefined };
    this.#tip = after;
    this.#writing.push(writing);
    return { events, expectedVersion, writing };
  }

  /** What was decided could not be written, nor anything decided upon it. False where that was known already. */
  forget(writing: Writing): boolean {
    const place = this.#writing.indexOf(writing);
    if (place < 0) return false;
    this.#writing.length = place;
    this.#decideUpon();
    return true;
  }

  /** Takes in an event that the log has taken: this agent's own, or mail from another's stream. */
  commit(event: ColonyEvent): void {
    if (event.seq <= this.#upTo) return;
    this.#upTo = event.seq;
    const [head] = this.#writing;
    if (event.agentId !== this.#agentId || head === undefined) {
      this.#committed = evolveAgent(this.#committed, [event]);
      this.#decideUpon();
      return;
    }
    const place = event.version - (head.facts[0]?.version ?? 0);
    if (!isSame(event, head.facts[place])) return this.#takeForeign(event);
    if (place < head.facts.length - 1) return;
    this.#writing.shift();
    this.#committed = head.base === this.#committed ? head.after : evolveAgent(this.#committed, head.facts);
  }

  /** Another writer was first: what is being written will be refused by the log, so nothing more is decided upon it. */
  #takeForeign(event: ColonyEvent): void {
    this.#committed = evolveAgent(this.#committed, [event]);
    this.#writing = [];
    this.#tip = this.#committed;
  }

  #decideUpon(): void {
    this.#tip = this.#writing.reduce((state, { facts }) => evolveAgent(state, facts), this.#committed);
  }

  #context({ at, attempt, executionId }: DecideOptions): Parameters<typeof decide>[2] {
    return {
      agentId: this.#agentId,
      colonyId: this.#colonyId,
      at,
      ...(attempt === undefined ? {} : { attempt }),
      ...(executionId === undefined ? {} : { executionId }),
    };
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
