import {
  ColonyError,
  activeMs,
  dispositionOf,
  isEnded,
  messageOf,
  nextStep,
  openCalls,
  type AgentCommand,
  type AgentState,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import { Hooks } from "../hooks/hooks.ts";
import type { LoopDeps } from "./deps.ts";
import { Effects } from "./effects.ts";
import { ModelEffect } from "./model-effect.ts";
import { ToolEffects } from "./tool-effects.ts";

/** Longest time that a timer can be set for. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits between tries to write to a log that fails. Milliseconds. */
const WRITE_RETRY_MS = [250, 1_000, 4_000, 15_000, 60_000] as const;

/**
 * One process's work on one execution. Each round is one commit, which records what has come of the last effects
 * together with what begins next; then those effects run. So nothing runs that is not recorded as begun.
 */
export class Run {
  readonly #deps: LoopDeps;
  readonly #id: AgentState["record"]["id"];
  readonly #effects = new Effects();
  readonly #hooks: Hooks;
  readonly #model: ModelEffect;
  readonly #tools: ToolEffects;
  readonly #leave: () => void;
  #attempt = 0;
  #wake: (() => void) | undefined;

  constructor(deps: LoopDeps, { record }: AgentState, definition: AgentDefinition) {
    this.#deps = deps;
    this.#id = record.id;
    this.#hooks = new Hooks(definition.hooks, deps.logger);
    this.#tools = new ToolEffects({ deps, record, definition, hooks: this.#hooks });
    this.#model = new ModelEffect({ deps, definition, hooks: this.#hooks, tools: this.#tools });
    const subscription = deps.bus
      .events$({ agentId: record.id, types: ["CANCEL_REQUESTED", "INPUT_RECEIVED"] })
      .subscribe(() => this.#onNews());
    this.#leave = () => subscription.unsubscribe();
  }

  dispose(): void {
    this.#leave();
    this.#effects.abandon();
  }

  /** From the claim of the execution to its end, or until the signal says that the process is to stop. */
  async go(signal: AbortSignal): Promise<void> {
    const onAbort = (): void => this.#wake?.();
    signal.addEventListener("abort", onAbort);
    try {
      if (!(await this.#claim())) return;
      while (true) {
        const state = this.#running();
        if (state === undefined) return;
        if (signal.aborted) return await this.#shutDown();
        this.#begin(state);
        await this.#somethingToDo(state, signal);
        const outcomes = this.#effects.takeOutcomes();
        if (!(await this.#commit(outcomes))) return;
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Takes the execution up; an agent that is woken gets one in the same commit. */
  async #claim(): Promise<boolean> {
    const state = this.#deps.ledger.peek(this.#id);
    if (state === undefined) return false;
    const disposition = dispositionOf(state);
    if (disposition.do === "nothing") return false;
    const start: AgentCommand = { type: "execution.start", host: this.#deps.host };
    if (disposition.do === "run") return await this.#commit([start], "claim");
    return await this.#commit([{ type: "execution.queue", correlationId: disposition.correlationId }, start], "claim");
  }

  /** The agent's state while this run is what runs it. */
  #running(): AgentState | undefined {
    const state = this.#deps.ledger.peek(this.#id);
    const execution = state?.record.execution;
    if (state === undefined || execution == null) return undefined;
    if (isEnded(execution.status)) {
      this.#hooks.emit("end", { status: execution.status });
      return undefined;
    }
    return execution.attempt === this.#attempt ? state : undefined;
  }

  /** Records what has happened and what begins next, as one commit. False once somebody else has the last word. */
  async #commit(commands: readonly AgentCommand[], claim?: "claim"): Promise<boolean> {
    const { ledger } = this.#deps;
    const options = {
      then: (state: AgentState) => this.#follow(state),
      ...(claim === undefined ? { attempt: this.#attempt } : {}),
    };
    for (let tries = 0; ; tries += 1) {
      try {
        const outcome = await ledger.execute(this.#id, commands, options);
        if (outcome.ok) {
          if (claim !== undefined) this.#attempt = ledger.peek(this.#id)?.record.execution?.attempt ?? 0;
          return true;
        }
        const { code } = outcome.refusal;
        if (code.startsWith("execution.") || code === "agent.closed" || code === "agent.not_found") return false;
        throw ColonyError.from(outcome.refusal);
      } catch (error) {
        if (!(error instanceof ColonyError) || error.code !== "log.write_failed") {
          if (error instanceof ColonyError && error.code === "log.conflict") return false;
          throw error;
        }
        const delay = WRITE_RETRY_MS[Math.min(tries, WRITE_RETRY_MS.length - 1)] ?? 0;
        this.#deps.logger.error({ agentId: this.#id, reason: messageOf(error), delay }, "log not written, trying again");
        await new Promise<void>((resolve) => {
          this.#deps.clock.after(delay, resolve);
        });
      }
    }
  }

  /** What follows from the state, as commands; asked again and again until there is only waiting left. Pure but for the clock. */
  #follow(state: AgentState): readonly AgentCommand[] {
    const step = nextStep(state, this.#deps.clock.now());
    switch (step.do) {
      case "lose_model_call":
        return [{ type: "model.lose", callId: step.callId }];
      case "run_tools":
        return this.#tools.commandsFor(state, step.calls);
      case "wrap_up":
        return [{ type: "execution.wrap_up", limit: step.limit }];
      case "think":
        return [
          { type: "input.deliver", inputIds: step.deliver },
          { type: "model.start", model: this.#model.name },
        ];
      case "end":
        return [{ type: "execution.end", end: step.end, cause: step.cause, error: step.error }];
      case "nothing":
      case "await_model":
      case "await_tools":
      case "await_retry":
        return [];
    }
  }

  /** Starts what is recorded as begun and does not run yet. */
  #begin(state: AgentState): void {
    const call = state.execution?.modelCall;
    if (call != null && !call.lost && !this.#effects.has(call.callId))
      this.#effects.start(call.callId, (signal) => this.#model.run(state, call.callId, signal));
    for (const tool of openCalls(state)) {
      if (this.#effects.has(tool.callId)) continue;
      const work = this.#tools.workFor(state, tool);
      if (work !== undefined) this.#effects.start(tool.callId, work);
    }
  }

  /** Waits for an outcome, for news that cannot wait, for a time to come, or for the process to stop. */
  async #somethingToDo(state: AgentState, signal: AbortSignal): Promise<void> {
    if (this.#effects.hasOutcomes || signal.aborted || this.#urgent()) return;
    const until = this.#timerFor(state);
    if (this.#effects.size === 0 && until === undefined)
      throw new ColonyError("execution.failed", "the execution has nothing to wait for");
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#effects.onOutcome = resolve;
      const cancel =
        until === undefined || until > MAX_TIMER_MS ? undefined : this.#deps.clock.after(Math.max(0, until), resolve);
      this.#cancelTimer = cancel;
    });
    this.#cancelTimer?.();
    this.#wake = undefined;
    this.#effects.onOutcome = undefined;
    if (this.#urgent()) await this.#callOff();
  }

  #cancelTimer: (() => void) | undefined;

  /** Milliseconds until a retry is due or the time is up; undefined where neither can happen. */
  #timerFor(state: AgentState): number | undefined {
    const now = this.#deps.clock.now();
    const left = state.limits.hardWallMs - activeMs(state, now);
    const retryAt = state.execution?.retryNotBefore ?? null;
    const times = [left, ...(retryAt === null || this.#effects.size > 0 ? [] : [retryAt - now])];
    const soonest = Math.min(...times);
    return this.#effects.size > 0 && soonest > MAX_TIMER_MS ? undefined : soonest;
  }

  /** Whether something has come in that what is running must make way for. */
  #urgent(): boolean {
    const state = this.#deps.ledger.peek(this.#id);
    if (state === undefined) return true;
    if (state.execution?.cancel != null) return true;
    if (activeMs(state, this.#deps.clock.now()) >= state.limits.hardWallMs) return true;
    return state.inbox.some(({ mode }) => mode === "interrupt") && this.#effects.size > 0;
  }

  /** Tells what runs to stop. A cancel does not wait for it; an input that interrupts waits until it has, for a while. */
  async #callOff(): Promise<void> {
    const state = this.#deps.ledger.peek(this.#id);
    this.#effects.abort();
    if (state?.record.lifetime === "ephemeral" && state.execution?.cancel === null) await this.#effects.settled();
  }

  #onNews(): void {
    if (this.#urgent()) this.#wake?.();
  }

  /** The process is to stop: what runs may finish within the grace, and is recorded; nothing new begins. */
  async #shutDown(): Promise<void> {
    const { clock, shutdownGraceMs, ledger } = this.#deps;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(shutdownGraceMs, resolve);
      void this.#effects.settled().then(() => {
        cancel();
        resolve();
      });
    });
    const outcomes = this.#effects.takeOutcomes();
    if (outcomes.length > 0) await ledger.execute(this.#id, outcomes, { attempt: this.#attempt });
  }
}
