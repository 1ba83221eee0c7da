import {
  isSuspect,
  needsQuiet,
  underWay,
  type AgentId,
  type AgentState,
  type Clock,
  type EventType,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";

/** After these an agent may have shown that it was not to blame, or have nothing left to be tried for. */
const VERDICTS: readonly EventType[] = [
  "MODEL_CALL_COMPLETED",
  "TOOL_CALL_COMPLETED",
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
];

/** How long others wait for one that is tried with nothing else at work. Milliseconds. */
const QUIET_MS = 30_000;

/** What a trial needs. */
export interface TrialOptions {
  readonly bus: EventBus;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Most agents of a definition at work at once; 0 where it is not there, so that nobody waits for what cannot run. */
  readonly capOf: (definitionId: string) => number;
  /** Somebody who was held may go to work now. */
  readonly onFree: (agentId: AgentId) => void;
}

/**
 * Work in the middle of which hosts keep dying is tried one at a time: the next death is then that of the one on trial,
 * and everybody else gets through. Who is not suspect is not held up, unless that was not enough: then the one on trial is
 * tried with nothing else at work, and everybody waits for it, but not for longer than `QUIET_MS`.
 */
export class Trial {
  readonly #options: TrialOptions;
  readonly #held = new Set<AgentId>();
  /** Those that are still to be tried with nothing else at work. */
  #quiet: AgentId[] = [];
  /** Who was all that was under way when the last host died; undefined once it has been taken up. */
  #alone: AgentId | undefined;
  #onTrial: AgentId | undefined;
  #isQuiet = false;
  #leave: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** Looks at what the last host has left, before anybody goes to work. */
  takeUp(states: readonly AgentState[]): void {
    const { leftBy } = this.#options.ledger.colony;
    const left = states.filter(
      (state) => underWay(state) !== undefined && state.execution?.host === leftBy && leftBy !== null,
    );
    this.#alone = left.length === 1 ? left[0]?.record.id : undefined;
    this.#quiet = states
      .filter((state) => needsQuiet(state) && this.#canRun(state))
      .map(({ record }) => record.id);
    this.#nextQuiet();
  }

  /** Whether the agent's work was all that was under way when the last host died. Asked when it is taken up. */
  wasAlone(agentId: AgentId): boolean {
    if (this.#alone !== agentId) return false;
    this.#alone = undefined;
    return true;
  }

  /** Whether the agent may go to work now; one that may not is told of as soon as it may. */
  admits(state: AgentState): boolean {
    const { id } = state.record;
    if (this.#onTrial === id) return true;
    if (!this.#isQuiet && (!isSuspect(state) || !this.#canRun(state))) return true;
    if (this.#onTrial === undefined) this.#begin(id);
    else this.#held.add(id);
    return this.#onTrial === id;
  }

  /** The agent has gone to work: from now on others do not wait for ever. */
  started(agentId: AgentId): void {
    if (!this.#isQuiet || this.#onTrial !== agentId) return;
    this.#cancelTimer ??= this.#options.clock.after(QUIET_MS, () => this.#breakQuiet());
  }

  /** The agent is at work no more. */
  end(agentId: AgentId): void {
    if (this.#onTrial !== agentId) return;
    this.close();
    if (!this.#nextQuiet()) this.#free();
  }

  /** Nobody is on trial any more, and nobody is told. */
  close(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#onTrial = undefined;
    this.#isQuiet = false;
  }

  #begin(agentId: AgentId): void {
    const { bus, ledger } = this.#options;
    this.#onTrial = agentId;
    const subscription = bus.events$({ types: VERDICTS, agentId }).subscribe(() => {
      const state = ledger.peek(agentId);
      if (state === undefined || !isSuspect(state)) this.end(agentId);
    });
    this.#leave = () => subscription.unsubscribe();
  }

  /** False where nobody is left to be tried with nothing else at work. */
  #nextQuiet(): boolean {
    const next = this.#quiet.shift();
    if (next === undefined) return false;
    const state = this.#options.ledger.peek(next);
    if (state === undefined || !needsQuiet(state) || state.execution?.cancel !== null)
      return this.#nextQuiet();
    this.#begin(next);
    this.#isQuiet = true;
    this.#options.onFree(next);
    return true;
  }

  /** It takes its time: the others go to work beside it, and whoever is left is tried as suspects are. */
  #breakQuiet(): void {
    this.#cancelTimer = undefined;
    this.#isQuiet = false;
    this.#quiet = [];
    this.#free();
  }

  #free(): void {
    const held = [...this.#held];
    this.#held.clear();
    for (const id of held) this.#options.onFree(id);
  }

  #canRun({ record }: AgentState): boolean {
    return record.kind === "overseer" || this.#options.capOf(record.definitionId) > 0;
  }
}
