import {
  ColonyError,
  activeMs,
  isEnded,
  openCalls,
  type AgentCommand,
  type AgentState,
  type ColonyEvent,
} from "@colony/core";
import { Alarm } from "./alarm.ts";
import { Effects } from "./effects.ts";
import { endCrashed } from "./end-crashed.ts";
import { ENDS, RESOLVED, hasLetGo } from "./last-events.ts";
import { FollowUp } from "./follow-up.ts";
import { ModelEffect } from "./model-effect.ts";
import { Recorder, type Claim, type Recorded } from "./recorder.ts";
import { partsOf, type RunHost, type RunParts, type WhoseRun } from "./run-parts.ts";
import { shutDown } from "./shut-down.ts";
import { ToolEffects } from "./tool-effects.ts";

const SOON = Promise.resolve();

/** Whose run it is. */
export interface RunOptions extends WhoseRun {
  /** Says that the process is to stop. */
  readonly signal: AbortSignal;
}

/**
 * One process's work on one execution. Each round is one commit, which records what has come of the last effects
 * together with what begins next; then those effects run. So nothing runs that is not recorded as begun.
 */
export class Run implements Recorded {
  readonly #parts: RunParts;
  readonly #host: RunHost;
  readonly #effects = new Effects(this);
  readonly #followUp: FollowUp;
  readonly #recorder: Recorder;
  readonly #model: ModelEffect;
  readonly #signal: AbortSignal;
  readonly #alarm: Alarm;
  #tools: ToolEffects | undefined;
  /** Called when it has let go. */
  #done: (() => void) | undefined;
  /** The commit under way has to be the last. */
  #mustEnd = false;
  #isWaiting = false;
  /** It was told something since the commit under way was decided. */
  #isWoken = false;

  constructor(host: RunHost, options: RunOptions) {
    this.#host = host;
    this.#signal = options.signal;
    this.#alarm = new Alarm(host.alarms, this);
    this.#parts = partsOf(host, options);
    this.#model = new ModelEffect(this.#parts);
    this.#followUp = new FollowUp(this.#parts, this.#model);
    this.#recorder = new Recorder(this.#parts, this.#followUp, this);
  }

  /** What this run has taken up; undefined before it has. */
  get claim(): Claim | undefined {
    return this.#recorder.claim;
  }

  /**
   * From the claim of the execution to its end, or until the signal says that the process is to stop. Never rejects. One
   * promise: what it waits for calls it back.
   */
  go(): Promise<void> {
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#host.aborts.hear(this.#signal, this);
      this.#host.news.hear(this.#parts.agentId, this);
      this.#begin();
    });
  }

  /** What the agent is told is stored before its start says so. */
  #begin(): void {
    try {
      const { system } = this.#followUp;
      if (typeof system !== "object") this.#claimIt();
      else
        system.then(
          () => this.#claimIt(),
          (error: unknown) => this.onFault(error),
        );
    } catch (error) {
      this.onFault(error);
    }
  }

  #claimIt(): void {
    try {
      const commands = this.#followUp.claiming();
      if (commands === undefined) this.#leave();
      else this.#record(commands, "goes_on");
    } catch (error) {
      this.onFault(error);
    }
  }

  #record(commands: readonly AgentCommand[], then: "goes_on" | "must_end"): void {
    this.#mustEnd = then === "must_end";
    this.#isWoken = false;
    this.#parts.allowance.askAgain();
    this.#recorder.record(commands, this.#signal);
  }

  onRecorded(events: readonly ColonyEvent[] | undefined, now?: AgentState): void {
    try {
      const state = this.#afterCommit(events, now);
      if (state === undefined) this.#leave();
      else if (this.#signal.aborted) this.#shutDown();
      else this.#carryOn(state);
    } catch (error) {
      this.onFault(error);
    }
  }

  /** It was woken: something has come of what it waited for, or it is told to stop. */
  #wake(): void {
    try {
      const isOver = this.#makeWay(this.#own(), this.#parts.deps.clock.now());
      if (this.#signal.aborted) this.#shutDown();
      else this.#goOn(isOver);
    } catch (error) {
      this.onFault(error);
    }
  }

  #goOn(isOver: boolean): void {
    this.#record(this.#effects.takeOutcomes(), isOver ? "must_end" : "goes_on");
  }

  #shutDown(): void {
    shutDown(this.#parts, { claim: this.claim, effects: this.#effects, own: () => this.#own() }).then(
      () => this.#leave(),
      (error: unknown) => this.onFault(error),
    );
  }

  /** Whatever goes wrong in here is a fault of ours, and ends the execution. */
  onFault(error: unknown): void {
    this.#letGo();
    void this.#endCrashed(error);
  }

  async #endCrashed(error: unknown): Promise<void> {
    const { deps, agentId } = this.#parts;
    await endCrashed(deps, { agentId, claim: this.claim, error });
    this.#leave();
  }

  #leave(): void {
    this.#letGo();
    this.#done?.();
  }

  /** Whatever still runs is left to itself. */
  #letGo(): void {
    const { deps, agentId, allowance, reservations } = this.#parts;
    this.#host.news.leave(agentId, this);
    this.#host.aborts.leave(this.#signal, this);
    this.#alarm.cancel();
    allowance.leave();
    this.#effects.abandon();
    if (this.claim !== undefined) deps.processes.leases.letGo(this.claim.executionId);
    if (deps.ledger.peek(agentId) === undefined) reservations.forget(agentId);
  }

  /** The agent's state after a commit; undefined once this run has nothing more to do. */
  #afterCommit(events: readonly ColonyEvent[] | undefined, now?: AgentState): AgentState | undefined {
    this.#parts.allowance.leave();
    if (events === undefined) return undefined;
    const state = this.#own(now);
    if (state === undefined) this.#tellEnd(events);
    else if (this.#mustEnd && events.length === 0)
      throw new ColonyError("execution.failed", "the execution cannot come to its end");
    return hasLetGo(events) ? undefined : state;
  }

  /** Tells those who embed it, where a commit has ended the execution. */
  #tellEnd(events: readonly ColonyEvent[]): void {
    for (const { type } of events) {
      const status = ENDS.get(type);
      if (status !== undefined) this.#parts.hooks.emit("end", { status });
    }
  }

  /** The agent's state while this run is what runs it. */
  #own(state = this.#parts.deps.ledger.peek(this.#parts.agentId)): AgentState | undefined {
    const { claim } = this;
    if (state === undefined || claim === undefined) return undefined;
    const { id, attempt, status } = state.record.execution ?? {};
    if (status === undefined || isEnded(status)) return undefined;
    return id === claim.executionId && attempt === claim.attempt ? state : undefined;
  }

  /** Starts what is recorded as begun and does not run yet. */
  #startBegun(state: AgentState): void {
    const call = state.execution?.modelCall ?? null;
    if (call !== null && !call.lost && !this.#effects.has(call.callId))
      this.#model.run(state, this.#effects.begin(call.callId));
    if (openCalls(state).length > 0)
      (this.#tools ??= new ToolEffects(this.#parts)).begin(state, this.#effects);
  }

  /** Starts what is to run, and waits for what comes of it; or goes on where there is nothing to wait for. */
  #carryOn(state: AgentState): void {
    const { deps, calledOff } = this.#parts;
    const isHeld = calledOff.has(state.record.id);
    if (!isHeld) this.#startBegun(state);
    // A tool may have run meanwhile.
    const now = deps.clock.now();
    const isOver = this.#makeWay(state, now);
    if (isHeld || isOver || this.#effects.hasNews || this.#isWoken || !this.#waits(state, now))
      this.#goOn(isOver);
  }

  /** Waits for an outcome, for news that cannot wait, for a time to come, or for the signal. False where the time has come. */
  #waits(state: AgentState, now: number): boolean {
    const { allowance } = this.#parts;
    const msLeft = allowance.msLeft(state, now);
    if (msLeft <= 0) return false;
    const alarm = this.#alarm.set(this.#msUntil(state, msLeft, now), now);
    if (this.#effects.size === 0 && alarm === "too_far" && !allowance.isWaiting)
      throw new ColonyError("execution.failed", "the execution has nothing to wait for");
    this.#isWaiting = true;
    if (allowance.isWaiting) allowance.wait(() => this.#wakeUp());
    if (this.#signal.aborted) this.#wakeUp();
    return true;
  }

  /** Milliseconds until a retry is due or the time is up. */
  #msUntil(state: AgentState, msLeft: number, now: number): number {
    const left = Math.min(state.limits.hardWallMs - activeMs(state, now), msLeft);
    const retryAt = this.#effects.size > 0 ? null : (state.execution?.retryNotBefore ?? null);
    return retryAt === null ? left : Math.min(left, retryAt - now);
  }

  /** Tells what runs to stop, where an input or the end of all is waiting for that. Whether only the end is left. */
  #makeWay(state: AgentState | undefined, now: number): boolean {
    const isOver = isOverBy(state, now);
    if (isOver || state === undefined || isInterrupted(state)) this.#effects.abort();
    return isOver;
  }

  /** Something has happened to the agent, or to the colony. */
  onNews({ type }: ColonyEvent): void {
    if (this.claim === undefined) return;
    if (type === "EXECUTION_HELD_UP") this.#alarm.isLate();
    const isOver = this.#makeWay(this.#own(), this.#parts.deps.clock.now());
    if (type === "BUDGET_SET" || RESOLVED.has(type) || isOver) this.#wakeUp();
  }

  /** A person has called it off, and the log does not say so yet. */
  onCalledOff(): void {
    this.#effects.abort();
  }

  /** The process is to stop. */
  onAbort(): void {
    this.#wakeUp();
  }

  /** Its time may be up, or a retry due. */
  onAlarm(): void {
    this.#wakeUp();
  }

  /** One of its effects has come back. */
  onEffect(): void {
    this.#wakeUp();
  }

  /** It goes on once all has been said that is being said in this turn. */
  #wakeUp(): void {
    this.#isWoken = true;
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    void SOON.then(() => this.#wake());
  }
}

/** Whether there is only the end left to record, whatever is under way. */
function isOverBy(state: AgentState | undefined, now: number): boolean {
  const execution = state?.execution ?? null;
  if (state === undefined || execution === null || execution.cancel !== null) return true;
  if (activeMs(state, now) >= state.limits.hardWallMs) return true;
  const { lifetime } = state.record;
  return lifetime === "persistent" && execution.modelCalls > 0 && isInterrupted(state);
}

function isInterrupted({ inbox }: AgentState): boolean {
  return inbox.some(({ mode }) => mode === "interrupt");
}
