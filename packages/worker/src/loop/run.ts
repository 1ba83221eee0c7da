import {
  ColonyError,
  activeMs,
  dispositionOf,
  isEnded,
  messageOf,
  nextStep,
  openCalls,
  type AgentCommand,
  type AgentRecord,
  type AgentState,
  type ColonyEvent,
  type ExecutionEnd,
  type InputId,
  type Step,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import { Hooks } from "../hooks/hooks.ts";
import { toolsOf } from "../tools/tools-of.ts";
import { Allowance } from "./allowance.ts";
import { CallPlanner } from "./call-planner.ts";
import type { LoopDeps } from "./deps.ts";
import { Effects } from "./effects.ts";
import { ModelEffect } from "./model-effect.ts";
import type { News } from "./news.ts";
import { Recorder, type Claim } from "./recorder.ts";
import type { Reservations } from "./reservation.ts";
import { ToolEffects } from "./tool-effects.ts";

/** Longest time that a timer can be set for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a run is made of. */
export interface RunOptions {
  readonly deps: LoopDeps;
  readonly news: News;
  readonly record: AgentRecord;
  readonly definition: AgentDefinition;
  readonly reservations: Reservations;
}

/**
 * One process's work on one execution. Each round is one commit, which records what has come of the last effects
 * together with what begins next; then those effects run. So nothing runs that is not recorded as begun.
 */
export class Run {
  readonly #deps: LoopDeps;
  readonly #news: News;
  readonly #id: AgentState["record"]["id"];
  readonly #effects = new Effects();
  readonly #recorder: Recorder;
  readonly #hooks: Hooks;
  readonly #model: ModelEffect;
  readonly #planner: CallPlanner;
  readonly #tools: ToolEffects;
  readonly #allowance: Allowance;
  readonly #reservations: Reservations;
  #wake: (() => void) | undefined;

  constructor({ deps, news, record, definition, reservations }: RunOptions) {
    this.#deps = deps;
    this.#news = news;
    this.#id = record.id;
    this.#hooks = new Hooks(definition.hooks, deps.logger);
    const tools = toolsOf(definition, { kind: record.kind, extra: deps.toolsFor(record) });
    this.#planner = new CallPlanner({ tools, hooks: this.#hooks });
    this.#tools = new ToolEffects({ deps, hooks: this.#hooks, planner: this.#planner });
    this.#model = new ModelEffect({ deps, definition, hooks: this.#hooks, tools, reservations });
    this.#allowance = new Allowance(deps.ledger, record.id);
    this.#reservations = reservations;
    this.#recorder = new Recorder({
      deps,
      agentId: record.id,
      follow: (state) => this.#follow(state),
      heed: (refusal) => this.#allowance.heed(refusal),
    });
  }

  /** What this run has taken up; undefined before it has. */
  get claim(): Claim | undefined {
    return this.#recorder.claim;
  }

  /** From the claim of the execution to its end, or until the signal says that the process is to stop. */
  async go(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake?.();
    signal.addEventListener("abort", wake);
    const leave = this.#news.hear(this.#id, () => this.#onNews());
    try {
      let commands = this.#claiming();
      while (commands !== undefined && (await this.#record(commands, signal)))
        commands = await this.#outcomes(signal);
    } finally {
      leave();
      this.#allowance.leave();
      signal.removeEventListener("abort", wake);
      this.#effects.abandon();
    }
  }

  /** Takes the execution up; an agent that is woken gets one in the same commit. */
  #claiming(): readonly AgentCommand[] | undefined {
    const state = this.#deps.ledger.peek(this.#id);
    const disposition = state === undefined ? undefined : dispositionOf(state);
    if (disposition === undefined || disposition.do === "nothing") return undefined;
    const start: AgentCommand = { type: "execution.start", host: this.#deps.host };
    if (disposition.do === "run") return [start];
    return [{ type: "execution.queue", correlationId: disposition.correlationId }, start];
  }

  /** False once this run has nothing more to do. */
  async #record(commands: readonly AgentCommand[], signal: AbortSignal): Promise<boolean> {
    const stuck = this.claim !== undefined && this.#isOver();
    this.#allowance.askAgain();
    const events = await this.#recorder.record(commands, signal);
    this.#allowance.leave();
    if (events === undefined || this.#hasEnded(events)) return false;
    if (stuck && events.length === 0)
      throw new ColonyError("execution.failed", "the execution cannot come to its end");
    return true;
  }

  #hasEnded(events: readonly ColonyEvent[]): boolean {
    for (const { type } of events) {
      const status = ENDS.get(type);
      if (status === undefined) continue;
      this.#hooks.emit("end", { status });
      return true;
    }
    return false;
  }

  /** Starts what has begun and waits for something to record; undefined once this run has nothing more to do. */
  async #outcomes(signal: AbortSignal): Promise<readonly AgentCommand[] | undefined> {
    const state = this.#own();
    if (state === undefined) return undefined;
    if (!signal.aborted) {
      this.#begin(state);
      await this.#somethingToDo(state, signal);
    }
    if (!signal.aborted) return this.#effects.takeOutcomes();
    await this.#shutDown();
    return undefined;
  }

  /** The agent's state while this run is what runs it. */
  #own(): AgentState | undefined {
    const state = this.#deps.ledger.peek(this.#id);
    const { claim } = this;
    if (state === undefined || claim === undefined) return undefined;
    const { id, attempt, status } = state.record.execution ?? {};
    if (status === undefined || isEnded(status)) return undefined;
    return id === claim.executionId && attempt === claim.attempt ? state : undefined;
  }

  /** What follows from the state, as commands; asked again and again until there is only waiting left. Pure but for the clock. */
  #follow(state: AgentState): readonly AgentCommand[] {
    const step = nextStep(state, this.#deps.clock.now(), this.#model.count);
    return this.#allowance.instead(step, () => this.#doing(state, step)) ?? this.#doing(state, step);
  }

  #doing(state: AgentState, step: Step): readonly AgentCommand[] {
    switch (step.do) {
      case "lose_model_call":
        return [{ type: "model.lose", callId: step.callId }];
      case "run_tools":
        return this.#planner.commandsFor(state, step.calls);
      case "switch_model":
        return [{ type: "model.switch", ...this.#model.switchFrom(state) }];
      case "wrap_up":
        return [{ type: "execution.wrap_up", limit: step.limit }];
      case "think":
        return this.#thinking(state, step.deliver);
      case "end":
        return [{ type: "execution.end", end: step.end, cause: step.cause, error: step.error }];
      case "nothing":
      case "await_model":
      case "await_tools":
      case "await_retry":
        return [];
    }
  }

  /** What a call can cost is known once its inputs stand in the conversation; without a budget that is of no interest. */
  #thinking(state: AgentState, inputIds: readonly InputId[]): readonly AgentCommand[] {
    const deliver: AgentCommand = { type: "input.deliver", inputIds };
    if (!this.#reservations.bind(this.#id)) return [deliver, this.#model.start(state)];
    return this.#allowance.isGiven(inputIds, state) ? [this.#model.start(state)] : [deliver];
  }

  /** Starts what is recorded as begun and does not run yet. */
  #begin(state: AgentState): void {
    const call = state.execution?.modelCall ?? null;
    if (call !== null && !call.lost && !this.#effects.has(call.callId))
      this.#effects.start(call.callId, (stopping) => this.#model.run(state, call.callId, stopping));
    if (openCalls(state).length === 0) return;
    for (const [callId, work] of this.#tools.worksFor(state))
      if (!this.#effects.has(callId)) this.#effects.start(callId, work);
  }

  /** Waits for an outcome, for news that cannot wait, for a time to come, or for the process to stop. */
  async #somethingToDo(state: AgentState, signal: AbortSignal): Promise<void> {
    this.#makeWay();
    if (this.#effects.hasNews || this.#isOver()) return;
    const until = this.#timerFor(state);
    if (this.#effects.size === 0 && until === undefined && !this.#allowance.isWaiting)
      throw new ColonyError("execution.failed", "the execution has nothing to wait for");
    await new Promise<void>((resolve) => {
      const cancelTimer =
        until === undefined ? undefined : this.#deps.clock.after(Math.max(0, until), () => wake());
      const wake = (): void => {
        cancelTimer?.();
        this.#wake = undefined;
        this.#effects.onNews = undefined;
        resolve();
      };
      this.#wake = wake;
      this.#effects.onNews = wake;
      this.#allowance.wait(wake);
      if (signal.aborted) wake();
    });
    this.#makeWay();
  }

  /** Milliseconds until a retry is due or the time is up; undefined where neither will be soon. */
  #timerFor(state: AgentState): number | undefined {
    const now = this.#deps.clock.now();
    const left = state.limits.hardWallMs - activeMs(state, now);
    const retryAt = this.#effects.size > 0 ? null : (state.execution?.retryNotBefore ?? null);
    const soonest = retryAt === null ? left : Math.min(left, retryAt - now);
    return soonest > MAX_TIMER_MS ? undefined : soonest;
  }

  /** Whether there is only the end left to record, whatever is under way. */
  #isOver(): boolean {
    const state = this.#own();
    const execution = state?.execution ?? null;
    if (state === undefined || execution === null || execution.cancel !== null) return true;
    if (activeMs(state, this.#deps.clock.now()) >= state.limits.hardWallMs) return true;
    const { lifetime } = state.record;
    return lifetime === "persistent" && execution.modelCalls > 0 && isInterrupted(state);
  }

  /** Tells what runs to stop, where an input or the end of all is waiting for that. */
  #makeWay(): void {
    const state = this.#own();
    if (state === undefined || isInterrupted(state) || this.#isOver()) this.#effects.abort();
  }

  #onNews(): void {
    if (this.claim === undefined) return;
    this.#makeWay();
    if (this.#isOver()) this.#wake?.();
  }

  /** The process is to stop: what runs may finish within the grace, and is recorded; nothing new begins. */
  async #shutDown(): Promise<void> {
    const { clock, shutdownGraceMs, ledger, logger } = this.#deps;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(shutdownGraceMs, resolve);
      void this.#effects.settled().then(cancel).then(resolve);
    });
    if (this.#own() === undefined) return;
    const begins = new Set(["tool.start"]);
    const outcomes = this.#effects.takeOutcomes().filter(({ type }) => !begins.has(type));
    try {
      const pause: AgentCommand = { type: "execution.pause", reason: "shutdown" };
      await ledger.execute(this.#id, [...outcomes, pause], { ...this.claim });
    } catch (error) {
      logger.warn(
        { agentId: this.#id, reason: messageOf(error) },
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
