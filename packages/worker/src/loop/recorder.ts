import {
  ColonyError,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type ExecutionId,
  type Refusal,
} from "@colony/core";
import type { Outcome, Recording } from "@colony/eventbus";
import type { CalledOff } from "./called-off.ts";
import type { LoopDeps } from "./deps.ts";
import { waitForLog } from "./wait-for-log.ts";

/** Waits between tries to write to a log that fails. Milliseconds. */
const WRITE_RETRY_MS = [250, 1_000, 4_000, 15_000, 60_000] as const;

/** The execution that a run has taken up, and as which attempt at it. */
export interface Claim {
  readonly executionId: ExecutionId;
  readonly attempt: number;
}

/** Whose record it is, and where it is kept. */
interface Place {
  readonly deps: Pick<LoopDeps, "ledger" | "clock">;
  readonly agentId: AgentId;
  readonly calledOff: CalledOff;
}

/** What a run does, as far as it has to be recorded. */
export interface Steps {
  /** What follows from a state, in the same commit, which is decided at the time `at`. */
  follow(state: AgentState, at: number): readonly AgentCommand[];
  /** True where something else follows now, because a budget has no room for what did. */
  heed?(refusal: Refusal): boolean;
  /** What takes the execution up as the agent stands now; undefined where there is nothing to take up any more. */
  claiming?(): readonly AgentCommand[] | undefined;
}

/** What was tried, and what came of it: an outcome, or an error. */
interface Tried {
  readonly commands: readonly AgentCommand[];
  readonly outcome?: Outcome;
  readonly error?: unknown;
}

const NOTHING: readonly AgentCommand[] = [];
const NEVER = new AbortController().signal;

/** Told what has come of what was to be recorded. */
export interface Recorded {
  /** The events of the commit; undefined where this run has nothing more to say. The agent's state of now, where it is at hand. */
  onRecorded(events: readonly ColonyEvent[] | undefined, state?: AgentState): void;
  /** What happened is a fault of ours. */
  onFault(error: unknown): void;
}

/**
 * Writes down what a run does, as the attempt that it has claimed and as no other. One thing at a time. It is itself what
 * each of its commits is decided with, and called back with what has come of it.
 */
export class Recorder implements Recording {
  readonly #place: Place;
  readonly #steps: Steps;
  readonly #recorded: Recorded;
  #claim: Claim | undefined;
  /** What is being recorded. */
  #commands = NOTHING;
  /** Until when it is tried. */
  #until = NEVER;

  constructor(place: Place, steps: Steps, recorded: Recorded) {
    this.#place = place;
    this.#steps = steps;
    this.#recorded = recorded;
  }

  get claim(): Claim | undefined {
    return this.#claim;
  }

  get executionId(): ExecutionId | undefined {
    return this.#claim?.executionId;
  }

  get attempt(): number | undefined {
    return this.#claim?.attempt;
  }

  follow(state: AgentState, at: number): readonly AgentCommand[] {
    return this.#steps.follow(state, at);
  }

  /**
   * Records the commands and what follows from them as one commit, and tells what has come of it: nothing more once somebody
   * else has the last word, and when the signal comes while the log cannot be written. A log that fails is tried again: nothing
   * is lost meanwhile. What is called off is not recorded before the log has that.
   */
  record(commands: readonly AgentCommand[], signal: AbortSignal): void {
    const { deps, calledOff, agentId } = this.#place;
    if (calledOff.has(agentId)) {
      this.#tellLater(this.#afterwards(commands, signal));
      return;
    }
    this.#commands = commands;
    this.#until = signal;
    deps.ledger.record(agentId, commands, this);
  }

  onOutcome(outcome: Outcome): void {
    if (outcome.ok) this.#recorded.onRecorded(this.#taken(outcome.events), stateOf(outcome));
    else this.#tellLater(this.#again({ commands: this.#commands, outcome }, this.#until));
  }

  onFailure(error: unknown): void {
    this.#tellLater(this.#again({ commands: this.#commands, error }, this.#until));
  }

  #tellLater(recording: Promise<readonly ColonyEvent[] | undefined>): void {
    recording.then(
      (events) => this.#recorded.onRecorded(events),
      (error: unknown) => this.#recorded.onFault(error),
    );
  }

  #execute(commands: readonly AgentCommand[]): Promise<Outcome> {
    const { deps, agentId } = this.#place;
    return deps.ledger.execute(agentId, commands, this);
  }

  async #afterwards(
    commands: readonly AgentCommand[],
    signal: AbortSignal,
  ): Promise<readonly ColonyEvent[] | undefined> {
    const { calledOff, agentId } = this.#place;
    if (!(await calledOff.settled(agentId, signal))) return undefined;
    const now = this.#asThingsAre(commands);
    if (now === undefined) return undefined;
    if (calledOff.has(agentId)) return await this.#afterwards(now, signal);
    return await this.#again(await this.#tried(now), signal);
  }

  #taken(events: readonly ColonyEvent[]): readonly ColonyEvent[] {
    this.#claim ??= claimOf(events);
    return events;
  }

  /** What could not be recorded at the first go is looked into, and tried again while that may help. */
  async #again(first: Tried, signal: AbortSignal): Promise<readonly ColonyEvent[] | undefined> {
    let tried = first;
    for (let failures = 0; tried.outcome?.ok !== true;) {
      const commands =
        tried.outcome === undefined
          ? await this.#afterFailure(tried, { failures: (failures += 1), signal })
          : this.#afterRefusal(tried.commands, tried.outcome.refusal);
      if (commands === undefined) return undefined;
      tried = await this.#tried(commands);
    }
    return this.#taken(tried.outcome.events);
  }

  async #tried(commands: readonly AgentCommand[]): Promise<Tried> {
    try {
      return { commands, outcome: await this.#execute(commands) };
    } catch (error) {
      return { commands, error };
    }
  }

  /** What is tried instead of what was refused; undefined where this run has nothing more to say. */
  #afterRefusal(commands: readonly AgentCommand[], refusal: Refusal): readonly AgentCommand[] | undefined {
    if (this.#steps.heed?.(refusal) === true) return commands;
    const allowed = commands.filter(({ type }) => type !== "tool.start");
    // A cancel came while a call was found to be one that may begin again: it must not, and the end must follow.
    if (refusal.code === "execution.cancelling" && allowed.length < commands.length) return allowed;
    if (GONE.has(refusal.code)) return undefined;
    throw ColonyError.from(refusal);
  }

  /** Waits until the log may have come to itself. */
  async #afterFailure(
    { commands, error }: Pick<Tried, "commands" | "error">,
    { failures, signal }: { readonly failures: number; readonly signal: AbortSignal },
  ): Promise<readonly AgentCommand[] | undefined> {
    const { deps, agentId, calledOff } = this.#place;
    if (!(error instanceof ColonyError)) throw error;
    if (error.code === "log.conflict") return undefined;
    if (error.code !== "log.write_failed" && error.code !== "log.gone") throw error;
    const delayMs = WRITE_RETRY_MS[Math.min(failures, WRITE_RETRY_MS.length) - 1] ?? 0;
    if (!(await waitForLog(deps, delayMs, signal))) return undefined;
    if (!(await calledOff.settled(agentId, signal))) return undefined;
    return this.#asThingsAre(commands);
  }

  /** What was to be taken up may have been an input that could not be written either. */
  #asThingsAre(commands: readonly AgentCommand[]): readonly AgentCommand[] | undefined {
    const steps = this.#steps;
    return this.#claim === undefined && steps.claiming !== undefined ? steps.claiming() : commands;
  }
}

/** Refusals that mean that this run has nothing more to say. */
const GONE: ReadonlySet<string> = new Set([
  "execution.ended",
  "execution.stale_attempt",
  "execution.not_running",
  "execution.not_queued",
  "execution.exists",
  "agent.closed",
  "agent.not_found",
]);

function claimOf(events: readonly ColonyEvent[]): Claim | undefined {
  for (const event of events)
    if (event.type === "EXECUTION_STARTED" && event.executionId !== undefined)
      return { executionId: event.executionId, attempt: event.data.attempt };
  return undefined;
}

/** The agent's state of this moment, where the ledger has just come to it: where nothing was recorded it may be older. */
function stateOf({ events, state }: Extract<Outcome, { readonly ok: true }>): AgentState | undefined {
  return events.length > 0 ? state : undefined;
}
