import {
  ColonyError,
  activeMs,
  isEnded,
  messageOf,
  openCalls,
  type AgentCommand,
  type AgentRecord,
  type AgentState,
  type ColonyEvent,
  type ExecutionEnd,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import { Hooks } from "../hooks/hooks.ts";
import type { Aborts } from "./aborts.ts";
import { Allowance } from "./allowance.ts";
import type { CalledOff } from "./called-off.ts";
import { CallPlanner } from "./call-planner.ts";
import type { LoopDeps } from "./deps.ts";
import { Effects } from "./effects.ts";
import { endCrashed } from "./end-crashed.ts";
import { equipmentOf } from "./equipment.ts";
import { FollowUp } from "./follow-up.ts";
import { ModelEffect } from "./model-effect.ts";
import type { News } from "./news.ts";
import { Recorder, type Claim } from "./recorder.ts";
import type { Reservations } from "./reservation.ts";
import type { RunParts } from "./run-parts.ts";
import { ToolEffects } from "./tool-effects.ts";

/** Longest time that a timer can be set for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a run is made of. */
export interface RunOptions {
  readonly deps: LoopDeps;
  readonly news: News;
  readonly aborts: Aborts;
  readonly record: AgentRecord;
  readonly definition: AgentDefinition;
  readonly reservations: Reservations;
  readonly calledOff: CalledOff;
}

/**
 * One process's work on one execution. Each round is one commit, which records what has come of the last effects
 * together with what begins next; then those effects run. So nothing runs that is not recorded as begun.
 */
export class Run {
  readonly #parts: RunParts;
  readonly #news: News;
  readonly #aborts: Aborts;
  readonly #effects = new Effects(() => this.#wakeUp());
  readonly #followUp: FollowUp;
  readonly #recorder: Recorder;
  readonly #model: ModelEffect;
  #tools: ToolEffects | undefined;
  #wake: (() => void) | undefined;
  #cancelTimer: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor({ deps, news, aborts, record, definition, ...shared }: RunOptions) {
    this.#news = news;
    this.#aborts = aborts;
    const agentId = record.id;
    const equipment = equipmentOf(definition, { kind: record.kind, extra: deps.toolsFor(record) });
    const hooks = definition.hooks === undefined ? Hooks.none : new Hooks(definition.hooks, deps.logger);
    const planner = new CallPlanner({ tools: equipment.tools, hooks });
    const allowance = new Allowance(deps, agentId);
    this.#parts = { deps, agentId, definition, equipment, hooks, planner, allowance, ...shared };
    this.#model = new ModelEffect(this.#parts);
    this.#followUp = new FollowUp(this.#parts, this.#model);
    this.#recorder = new Recorder(this.#parts, this.#followUp);
  }

  /** What this run has taken up; undefined before it has. */
  get claim(): Claim | undefined {
    return this.#recorder.claim;
  }

  /** From the claim of the execution to its end, or until the signal says that the process is to stop. Never rejects. */
  async go(signal: AbortSignal): Promise<void> {
    const { deps, agentId, allowance } = this.#parts;
    this.#aborts.hear(signal, this);
    this.#news.hear(agentId, this);
    try {
      let commands = this.#followUp.claiming();
      while (commands !== undefined) {
        const mustEnd = this.claim !== undefined && this.#isOver();
        allowance.askAgain();
        if (!this.#goesOn(await this.#recorder.record(commands, signal), mustEnd)) return;
        const waiting = signal.aborted ? undefined : this.#somethingToDo(signal);
        if (waiting !== undefined) {
          await waiting;
          this.#makeWay();
        }
        if (signal.aborted) return await this.#shutDown();
        commands = this.#effects.takeOutcomes();
      }
    } catch (error) {
      this.#leave(signal);
      await endCrashed(deps, { agentId, claim: this.claim, error });
    } finally {
      this.#leave(signal);
    }
  }

  /** Whatever still runs is left to itself. */
  #leave(signal: AbortSignal): void {
    const { deps, agentId, allowance, reservations } = this.#parts;
    this.#news.leave(agentId, this);
    this.#aborts.leave(signal, this);
    this.#cancelTimer?.();
    allowance.leave();
    this.#effects.abandon();
    if (deps.ledger.peek(agentId) === undefined) reservations.forget(agentId);
  }

  /** Starts what has begun with a commit; false once this run has nothing more to do. */
  #goesOn(events: readonly ColonyEvent[] | undefined, mustEnd: boolean): boolean {
    this.#parts.allowance.leave();
    if (events === undefined || this.#hasEnded(events)) return false;
    if (mustEnd && events.length === 0)
      throw new ColonyError("execution.failed", "the execution cannot come to its end");
    return this.#own() !== undefined;
  }

  #hasEnded(events: readonly ColonyEvent[]): boolean {
    for (const { type } of events) {
      const status = ENDS.get(type);
      if (status === undefined) continue;
      this.#parts.hooks.emit("end", { status });
      return true;
    }
    return false;
  }

  /** The agent's state while this run is what runs it. */
  #own(): AgentState | undefined {
    const state = this.#parts.deps.ledger.peek(this.#parts.agentId);
    const { claim } = this;
    if (state === undefined || claim === undefined) return undefined;
    const { id, attempt, status } = state.record.execution ?? {};
    if (status === undefined || isEnded(status)) return undefined;
    return id === claim.executionId && attempt === claim.attempt ? state : undefined;
  }

  /** Starts what is recorded as begun and does not run yet. */
  #begin(state: AgentState): void {
    const call = state.execution?.modelCall ?? null;
    if (call !== null && !call.lost && !this.#effects.has(call.callId))
      this.#effects.start(call.callId, (stopping) => this.#model.run(state, call.callId, stopping));
    if (openCalls(state).length === 0) return;
    for (const [callId, work] of (this.#tools ??= new ToolEffects(this.#parts)).worksFor(state))
      if (!this.#effects.has(callId)) this.#effects.start(callId, work);
  }

  /** Starts what is to run, and waits for an outcome, for news that cannot wait, for a time to come, or for the signal. */
  #somethingToDo(signal: AbortSignal): Promise<void> | undefined {
    const state = this.#own();
    if (state === undefined) return undefined;
    if (this.#parts.calledOff.has(state.record.id)) return undefined;
    this.#begin(state);
    const isOver = this.#makeWay();
    const msLeft = this.#parts.allowance.msLeft(state);
    if (this.#effects.hasNews || isOver || msLeft <= 0) return undefined;
    const until = this.#timerFor(state, msLeft);
    if (this.#effects.size === 0 && until === undefined && !this.#parts.allowance.isWaiting)
      throw new ColonyError("execution.failed", "the execution has nothing to wait for");
    if (until !== undefined) this.#wakeAfter(until);
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#parts.allowance.wait(() => this.#wakeUp());
      if (signal.aborted) this.#wakeUp();
    });
  }

  /** One timer serves for many rounds: where it is due no later it is kept, and then looked again. */
  #wakeAfter(ms: number): void {
    const { clock } = this.#parts.deps;
    const dueAt = clock.now() + ms;
    if (this.#cancelTimer !== undefined && this.#dueAt <= dueAt) return;
    this.#cancelTimer?.();
    this.#dueAt = dueAt;
    this.#cancelTimer = clock.after(Math.max(0, ms), () => {
      this.#cancelTimer = undefined;
      this.#wakeUp();
    });
  }

  /** Milliseconds until a retry is due or the time is up; undefined where neither will be soon. */
  #timerFor(state: AgentState, msLeft: number): number | undefined {
    const now = this.#parts.deps.clock.now();
    const left = Math.min(state.limits.hardWallMs - activeMs(state, now), msLeft);
    const retryAt = this.#effects.size > 0 ? null : (state.execution?.retryNotBefore ?? null);
    const soonest = retryAt === null ? left : Math.min(left, retryAt - now);
    return soonest > MAX_TIMER_MS ? undefined : soonest;
  }

  /** Whether there is only the end left to record, whatever is under way. */
  #isOver(state = this.#own()): boolean {
    const execution = state?.execution ?? null;
    if (state === undefined || execution === null || execution.cancel !== null) return true;
    if (activeMs(state, this.#parts.deps.clock.now()) >= state.limits.hardWallMs) return true;
    const { lifetime } = state.record;
    return lifetime === "persistent" && execution.modelCalls > 0 && isInterrupted(state);
  }

  /** Tells what runs to stop, where an input or the end of all is waiting for that. Whether only the end is left. */
  #makeWay(): boolean {
    const state = this.#own();
    const isOver = this.#isOver(state);
    if (isOver || state === undefined || isInterrupted(state)) this.#effects.abort();
    return isOver;
  }

  /** Something has happened to the agent, or to the colony. */
  onNews({ type }: ColonyEvent): void {
    if (this.claim === undefined) return;
    // The clock moves on, and the timer does not: it is later than it says.
    if (type === "EXECUTION_HELD_UP") this.#dueAt = Number.POSITIVE_INFINITY;
    const isOver = this.#makeWay();
    if (type === "BUDGET_SET" || isOver) this.#wakeUp();
  }

  /** A person has called it off, and the log does not say so yet. */
  onCalledOff(): void {
    this.#effects.abort();
  }

  /** The process is to stop. */
  onAbort(): void {
    this.#wakeUp();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /**
   * The process is to stop: what runs may finish within the grace, and is recorded; nothing new begins. That it leaves is
   * recorded first, so that nobody is charged with a crash when it is killed meanwhile.
   */
  async #shutDown(): Promise<void> {
    const { clock, shutdownGraceMs } = this.#parts.deps;
    const said = this.#effects.size > 0 ? this.#pause([], true) : undefined;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(shutdownGraceMs, resolve);
      void this.#effects.settled().then(cancel).then(resolve);
    });
    await said;
    const state = this.#own();
    if (state === undefined) return;
    const call = state.execution?.modelCall ?? null;
    if (call !== null) this.#parts.deps.drafts.leave(this.#parts.agentId, call.callId);
    const begins = new Set(["tool.start"]);
    const outcomes = this.#effects.takeOutcomes().filter(({ type }) => !begins.has(type));
    await this.#pause(outcomes);
  }

  async #pause(outcomes: readonly AgentCommand[], leaving?: true): Promise<void> {
    const { ledger, logger } = this.#parts.deps;
    const pause = { type: "execution.pause", reason: "shutdown", ...(leaving && { leaving }) } as const;
    try {
      await ledger.execute(this.#parts.agentId, [...outcomes, pause], { ...this.claim });
    } catch (error) {
      logger.warn(
        { agentId: this.#parts.agentId, reason: messageOf(error) },
        "last outcomes not recorded, they are settled at the next start",
      );
    }
  }
}

const ENDS: ReadonlyMap<ColonyEvent["type"], ExecutionEnd> = new Map([
  ["EXECUTION_COMPLETED", "completed"],
  ["EXECUTION_FAILED", "failed"],
  ["EXECUTION_CANCELLED", "cancelled"],
  ["EXECUTION_TIMED_OUT", "timed_out"],
  ["EXECUTION_LOST", "lost"],
]);

function isInterrupted({ inbox }: AgentState): boolean {
  return inbox.some(({ mode }) => mode === "interrupt");
}
