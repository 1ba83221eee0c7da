import {
  deathsOf,
  isSuspect,
  needsQuiet,
  partyOf,
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

/** How long others wait for those that are tried with nothing else at work, and a crowd for one of its own. Milliseconds. */
const PATIENCE_MS = 30_000;

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
 * Of the work in the middle of which hosts keep dying only a party is at work at a time: the next death is then that of one of
 * the party, and everybody else gets through. Few are tried one by one. Who is not suspect is not held up, unless that was not
 * enough: then the one on trial is tried with nothing else at work, and everybody waits, but not for longer than `PATIENCE_MS`
 * in all.
 */
export class Trial {
  readonly #options: TrialOptions;
  /** How many suspects there were at the start, by the deaths in the middle of their work. */
  readonly #suspects = new Map<number, number>();
  /** Those that wait for others to be tried, by deaths. */
  readonly #lines = new Map<number, Set<AgentId>>();
  /** Those that are held up though they are not suspect. */
  readonly #held = new Set<AgentId>();
  /** The party, all with as many deaths, and how each leaves it. */
  readonly #party = new Map<AgentId, OnTrial>();
  #deaths = 0;
  /** Those that are still to be tried with nothing else at work. */
  #quiet: AgentId[] = [];
  #isQuiet = false;
  #stopClock: (() => void) | undefined;
  /** Who was all that was under way when the last host died; undefined once it has been taken up. */
  #alone: AgentId | undefined;

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
    const suspects = states.filter((state) => this.#isTried(state));
    for (const state of suspects) {
      const deaths = deathsOf(state);
      this.#suspects.set(deaths, (this.#suspects.get(deaths) ?? 0) + 1);
    }
    this.#quiet = suspects
      .filter((state) => needsQuiet(state) && this.#roomFor(deathsOf(state)) === 1)
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
    if (this.#party.has(id)) return true;
    if (!this.#isTried(state)) {
      if (this.#isQuiet) this.#held.add(id);
      return !this.#isQuiet;
    }
    const deaths = deathsOf(state);
    const hasRoom = this.#party.size === 0 || (deaths === this.#deaths && this.#hasRoom());
    if (hasRoom) this.#begin(id, deaths);
    else lineOf(this.#lines, deaths).add(id);
    return hasRoom;
  }

  /** The agent has gone to work: from now on others do not wait for ever. */
  started(agentId: AgentId): void {
    const onTrial = this.#party.get(agentId);
    if (onTrial === undefined) return;
    const { clock } = this.#options;
    if (this.#isQuiet) this.#stopClock ??= clock.after(PATIENCE_MS, () => this.#breakQuiet());
    else if (this.#roomFor(this.#deaths) > 1)
      onTrial.stopClock ??= clock.after(PATIENCE_MS, () => this.end(agentId));
  }

  /** The agent is on trial no more: it is at work no more, has got through, or others have waited for it long enough. */
  end(agentId: AgentId): void {
    if (!this.#leave(agentId)) return;
    if (this.#isQuiet) this.#nextQuiet();
    this.#free();
  }

  /** Nobody is on trial any more, and nobody is told. */
  close(): void {
    for (const agentId of this.#party.keys()) this.#leave(agentId);
    this.#endQuiet();
  }

  #begin(agentId: AgentId, deaths: number): void {
    const { bus, ledger } = this.#options;
    this.#deaths = deaths;
    const next = (): void => {
      const state = ledger.peek(agentId);
      if (state === undefined || !isSuspect(state)) this.end(agentId);
    };
    const unhear = bus.hear([agentId], { types: VERDICTS }, { next, complete: () => undefined });
    this.#party.set(agentId, { unhear, stopClock: undefined });
  }

  #leave(agentId: AgentId): boolean {
    const onTrial = this.#party.get(agentId);
    onTrial?.unhear();
    onTrial?.stopClock?.();
    return this.#party.delete(agentId);
  }

  /** The next one goes to work with nothing else, where one is left. */
  #nextQuiet(): void {
    this.#isQuiet = false;
    for (let next = this.#quiet.shift(); next !== undefined; next = this.#quiet.shift()) {
      const state = this.#options.ledger.peek(next);
      if (state === undefined || !needsQuiet(state) || state.execution?.cancel !== null) continue;
      this.#begin(next, deathsOf(state));
      this.#isQuiet = true;
      this.#options.onFree(next);
      return;
    }
    this.#endQuiet();
  }

  /** They take their time: the others go to work beside the one on trial, and whoever is left is tried as suspects are. */
  #breakQuiet(): void {
    this.#endQuiet();
    this.#free();
  }

  #endQuiet(): void {
    this.#stopClock?.();
    this.#stopClock = undefined;
    this.#isQuiet = false;
    this.#quiet = [];
  }

  /** Calls those that may go to work now. */
  #free(): void {
    if (this.#isQuiet) return;
    const held = [...this.#held];
    this.#held.clear();
    for (const id of held) this.#options.onFree(id);
    for (let next = this.#nextInLine(); next !== undefined; next = this.#nextInLine())
      this.#options.onFree(next);
  }

  /** Out of the line of the party, and of that with the most deaths once there is nobody on trial. */
  #nextInLine(): AgentId | undefined {
    if (this.#party.size > 0 && !this.#hasRoom()) return undefined;
    const deaths = this.#party.size > 0 ? this.#deaths : Math.max(...this.#lines.keys());
    const line = this.#lines.get(deaths) ?? new Set();
    const [next] = line;
    if (next !== undefined) line.delete(next);
    if (line.size === 0) this.#lines.delete(deaths);
    return next;
  }

  #hasRoom(): boolean {
    return this.#party.size < this.#roomFor(this.#deaths);
  }

  #roomFor(deaths: number): number {
    return partyOf(deaths, this.#suspects.get(deaths) ?? 0);
  }

  #isTried(state: AgentState): boolean {
    return isSuspect(state) && this.#canRun(state);
  }

  #canRun({ record }: AgentState): boolean {
    return record.kind === "overseer" || this.#options.capOf(record.definitionId) > 0;
  }
}

/** One of a party. */
interface OnTrial {
  readonly unhear: () => void;
  stopClock: (() => void) | undefined;
}

function lineOf(lines: Map<number, Set<AgentId>>, deaths: number): Set<AgentId> {
  let line = lines.get(deaths);
  if (line === undefined) lines.set(deaths, (line = new Set()));
  return line;
}
