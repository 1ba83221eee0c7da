import {
  ColonyError,
  decide,
  evolveAgent,
  applyToAgent,
  isRefusal,
  placedEvent,
  trim,
  workingCopy,
  type AgentCommand,
  type AgentId,
  type AgentPlace,
  type AgentState,
  type ColonyEvent,
  type ColonyId,
  type ExecutionId,
  type Refusal,
} from "@colony/core";
import { Writing } from "./writing.ts";

/** What decisions on one agent are made with. */
export interface DecideOptions {
  /** The attempt that the asking loop runs. */
  readonly attempt?: number | undefined;
  /** The execution that the asking loop runs. */
  readonly executionId?: ExecutionId | undefined;
  /**
   * Asked for further commands after each round, also after an empty first one, until it has none: all are one commit,
   * decided at the time `at`.
   */
  readonly follow?: ((state: AgentState, at: number) => readonly AgentCommand[]) | undefined;
}

/** Rounds of further commands in one commit, before we call it a loop. */
const MAX_ROUNDS = 100;

/**
 * One agent as this process knows it: what is durable, and what has been decided on top of that and is being written.
 * Decisions are made on the newest, so that several can be under way in one disk commit.
 */
export class AgentStream {
  readonly agentId: AgentId;
  /** Whether it is what `AgentStreams` has of its agent, which alone says so. */
  isHeld = false;
  /** Where the index has its agent, once it has. */
  place: AgentPlace | undefined = undefined;
  readonly #colonyId: ColonyId;
  #committed: AgentState | undefined;
  #tip: AgentState | undefined;
  /** What is being written, each with the one that was decided upon it. */
  #oldest: Writing | undefined;
  #newest: Writing | undefined;
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
    return this.#oldest !== undefined;
  }

  /** The newest write that the next decision is made upon: settles as that does. */
  get basis(): Promise<unknown> | undefined {
    return this.#newest?.written;
  }

  /**
   * Decides the commands one after the other, all or none of them, and holds the outcome as being written; undefined
   * where there is nothing to write.
   */
  decide(
    commands: readonly AgentCommand[],
    at: number,
    options: DecideOptions,
  ): Writing | Refusal | undefined {
    const { agentId } = this;
    const base = this.#tip;
    const expectedVersion = base?.record.version ?? 0;
    const { attempt, executionId } = options;
    const context = { agentId, colonyId: this.#colonyId, at, attempt, executionId };
    // Not a literal: one that the engine made old would keep its events alive (ADR 44).
    const events = Array.of<ColonyEvent>();
    let state = base;
    let draft: ReturnType<typeof workingCopy> | undefined;
    let round = commands;
    for (let rounds = 0; rounds === 0 || round.length > 0; rounds += 1) {
      if (rounds === MAX_ROUNDS) throw endless(agentId);
      // By place: these are lists of several kinds inside, and each step of an iterator over such makes an object.
      for (let next = 0; next < round.length; next += 1) {
        const command = round[next];
        if (command === undefined) continue;
        const decision = decide(state, command, context);
        if (isRefusal(decision)) return decision;
        if (decision.length === 0) continue;
        if (state !== undefined) state = draft ??= workingCopy(state);
        for (let place = 0; place < decision.length; place += 1) {
          const decided = decision[place];
          if (decided === undefined) continue;
          const event = placedEvent(decided, context, expectedVersion + events.length + 1);
          events.push(event);
          if (draft !== undefined) applyToAgent(draft, event);
        }
        state ??= evolveAgent(undefined, events);
      }
      round = state === undefined ? [] : (options.follow?.(state, at) ?? []);
    }
    if (events.length === 0) return undefined;
    if (draft !== undefined && base !== undefined) trim(draft, base);
    const writing = new Writing(agentId, { events, at }, { base, after: state });
    this.#tip = state;
    if (this.#newest === undefined) this.#oldest = writing;
    else this.#newest.next = writing;
    this.#newest = writing;
    return writing;
  }

  /** What was decided could not be written, nor anything decided upon it. False where that was known already. */
  forget(writing: Writing): boolean {
    let before: Writing | undefined;
    let known = this.#oldest;
    for (; known !== undefined && known !== writing; known = known.next) before = known;
    if (known === undefined) return false;
    if (before === undefined) this.#oldest = undefined;
    else before.next = undefined;
    this.#newest = before;
    this.#decideUpon();
    return true;
  }

  /**
   * Takes in the oldest write where it begins with an event that the log tells: a commit is taken as a whole, and most logs hand
   * over the very events that they were given. How many those are; 0 where it is something else that is told.
   */
  settle(event: ColonyEvent): number {
    const head = this.#oldest;
    if (head === undefined || event !== head.events[0]) return 0;
    this.#upTo = head.events.at(-1)?.seq ?? event.seq;
    this.#takeIn(head);
    return head.events.length;
  }

  /**
   * Takes in an event that the log has taken: this agent's own, or mail from another's stream. Whether the durable state
   * is another one now: it is once all of a commit has been told.
   */
  commit(event: ColonyEvent): boolean {
    if (event.seq <= this.#upTo) return false;
    this.#upTo = event.seq;
    const head = this.#oldest;
    if (event.agentId !== this.agentId || head === undefined) {
      this.#committed = evolveAgent(this.#committed, [event]);
      this.#decideUpon();
      return true;
    }
    const place = event.version - head.expectedVersion - 1;
    if (!isSame(event, head.events[place])) return this.#takeForeign(event);
    if (place < head.events.length - 1) return false;
    this.#takeIn(head);
    return true;
  }

  /** Another writer was first: what is being written will be refused by the log, so nothing more is decided upon it. */
  #takeForeign(event: ColonyEvent): true {
    this.#committed = evolveAgent(this.#committed, [event]);
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#tip = this.#committed;
    return true;
  }

  #decideUpon(): void {
    let tip = this.#committed;
    for (let each = this.#oldest; each !== undefined; each = each.next) tip = evolveAgent(tip, each.events);
    this.#tip = tip;
  }

  /** The oldest write is durable, and what it takes of budgets is about to be counted there. */
  #takeIn({ base, after, events, next, room }: Writing): void {
    room?.();
    this.#committed = base === this.#committed ? after : evolveAgent(this.#committed, events);
    this.#oldest = next;
    if (next !== undefined) return;
    this.#newest = undefined;
    // Equal already, and from here on one: two would be kept, and each of them evolved.
    this.#tip = this.#committed;
  }
}

/** Whether a recorded event is the one that was decided. Most logs hand the very events back that they were given. */
function isSame(event: ColonyEvent, decided: ColonyEvent | undefined): boolean {
  if (event === decided) return true;
  if (decided === undefined || event.version !== decided.version || event.type !== decided.type) return false;
  if (event.at !== decided.at || event.executionId !== decided.executionId) return false;
  return event.data === decided.data || JSON.stringify(event.data) === JSON.stringify(decided.data);
}

function endless(agentId: AgentId): ColonyError {
  return new ColonyError(
    "usage.invalid",
    `"follow" had further commands for agent "${agentId}" after ${MAX_ROUNDS} rounds; it has to come to an end`,
  );
}
