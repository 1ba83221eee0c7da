import {
  dispositionOf,
  messageOf,
  type AgentId,
  type AgentState,
  type Clock,
  type ColonyEvent,
  type EventType,
  type Executor,
  type Logger,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import { callOff, isAtWork, type StopReason } from "../call-off.ts";
import { Admission } from "./admission.ts";
import { DispatchGate } from "./gate.ts";
import { Trial } from "./trial.ts";

/** What a supervisor works with. */
export interface SupervisorOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Workers at work at once. */
  readonly concurrency: number;
  /** Most workers of one definition at work at once; infinite where it has no cap. */
  readonly capOf: (definitionId: string) => number;
}

/** Events after which something may have to be done about an agent. */
const NEWS: readonly EventType[] = [
  "EXECUTION_QUEUED",
  "INPUT_RECEIVED",
  "SUBAGENT_REPORT",
  "EXECUTION_COMPLETED",
  "EXECUTION_FAILED",
  "EXECUTION_CANCELLED",
  "EXECUTION_TIMED_OUT",
  "EXECUTION_LOST",
  "AGENT_CLOSED",
  "DISPATCH_BLOCKED",
  "DISPATCH_UNBLOCKED",
];

/** How long a command of our own that could not be written waits before it is tried again. Milliseconds. */
const RETRY_MS = 1_000;

/**
 * Sees to it that whoever has work is at work. After each event, and for every open agent when a colony is opened, it
 * asks the same question of the agent's state; so a restart needs no way of its own.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #admission: Admission;
  readonly #gate: DispatchGate;
  readonly #trial: Trial;
  readonly #running = new Map<AgentId, { readonly controller: AbortController; done: Promise<void> }>();
  readonly #leave: () => void;
  readonly #idleWaiters = new Set<() => void>();
  readonly #retries = new Set<() => void>();
  /** Commands of our own that are not recorded yet. */
  #commands = 0;
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#admission = new Admission(options.concurrency, options.capOf);
    this.#gate = new DispatchGate(options);
    this.#trial = new Trial({ ...options, onFree: (id) => this.consider(id) });
    const subscription = options.bus.events$({ types: NEWS }).subscribe((event) => this.#onEvent(event));
    this.#leave = () => subscription.unsubscribe();
  }

  /** Takes up what an earlier process left. A person's stop that it did not bring to its end is brought there first. */
  async start(): Promise<void> {
    await this.#gate.takeUp();
    if (this.#gate.isStopped)
      await Promise.all([...this.#options.ledger.index.open()].map((id) => this.#stopBehindGate(id)));
    this.#liftGate();
    this.#considerAll();
  }

  /** Whether an agent is at work in this process. */
  isRunning(agentId: AgentId): boolean {
    return this.#running.has(agentId);
  }

  /** Resolves once a stop that a person has spoken after is lifted; at once where there is none. */
  async lifted(): Promise<void> {
    await this.#gate.settled();
  }

  get counts(): { readonly running: number; readonly queued: number } {
    return { running: this.#admission.running, queued: this.#admission.waiting };
  }

  /** Does what an agent's state calls for. */
  consider(agentId: AgentId): void {
    this.#place(agentId);
    this.#pump();
  }

  /** Resolves when nobody is at work and nobody waits for anything but a person, or a definition that is not here. */
  async idle(signal?: AbortSignal): Promise<void> {
    while (!this.#isIdle() && !this.#closed) {
      if (signal?.aborted === true) return;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#idleWaiters.delete(done);
          signal?.removeEventListener("abort", done);
          resolve();
        };
        this.#idleWaiters.add(done);
        signal?.addEventListener("abort", done);
      });
    }
  }

  /** Starts nothing new and waits until what runs has let go. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#leave();
    this.#trial.close();
    for (const cancel of this.#retries) cancel();
    for (const { controller } of this.#running.values()) controller.abort("shutdown");
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    this.#tellIdle();
  }

  #onEvent(event: ColonyEvent): void {
    this.#gate.note(event);
    if (event.type === "DISPATCH_UNBLOCKED") this.#considerAll();
    else if (event.type === "EXECUTION_QUEUED" && this.#gate.isHeld)
      this.#own(() => this.#stopBehindGate(event.agentId));
    else if (event.type === "INPUT_RECEIVED") this.#liftGate();
    if (event.type !== "DISPATCH_BLOCKED" && event.type !== "DISPATCH_UNBLOCKED") this.#place(event.agentId);
    if (event.type === "SUBAGENT_REPORT" && event.data.parentId !== null) this.#place(event.data.parentId);
    this.#pump();
  }

  /** Everybody gets a place in line before the first is let in, so that it is the right one. */
  #considerAll(): void {
    for (const id of this.#options.ledger.index.open()) this.#place(id);
    this.#pump();
  }

  #place(agentId: AgentId): void {
    if (this.#closed) return;
    const { ledger } = this.#options;
    const state = ledger.peek(agentId);
    const disposition = state === undefined ? undefined : dispositionOf(state);
    if (disposition?.do !== "run") this.#admission.drop(agentId);
    if (state === undefined || disposition === undefined || disposition.do === "nothing") return;
    if (this.#running.has(agentId)) return;
    const cancel = state.execution?.cancel ?? null;
    if (disposition.do === "run" && cancel !== null) {
      this.#admission.drop(agentId);
      this.#own(() => this.#callOff(agentId, cancel));
    } else if (disposition.do === "run" && !this.#trial.admits(state)) {
      return;
    } else if (state.record.kind === "overseer") {
      if (!this.#gate.isShut) this.#start(agentId);
    } else if (disposition.do === "run") this.#enqueue(state);
    else if (!this.#gate.isShut) {
      const { correlationId } = disposition;
      this.#own(() => ledger.execute(agentId, [{ type: "execution.queue", correlationId }]));
    }
  }

  #enqueue({ record }: AgentState): void {
    this.#admission.add({
      agentId: record.id,
      definitionId: record.definitionId,
      priority: record.priority,
      interrupted: record.execution?.status === "running",
    });
  }

  #pump(): void {
    while (!this.#closed && !this.#gate.isShut) {
      const next = this.#admission.next();
      if (next === undefined) break;
      this.#start(next);
    }
    if (this.#isIdle()) this.#tellIdle();
  }

  #start(agentId: AgentId): void {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      const { ledger, logger, executor } = this.#options;
      const before = ledger.index.get(agentId);
      try {
        await executor.run(agentId, { signal: controller.signal });
      } catch (error) {
        logger.error({ agentId, reason: messageOf(error) }, "executor failed");
      }
      this.#running.delete(agentId);
      this.#admission.leave(agentId);
      this.#trial.end(agentId);
      // An executor that did nothing is asked again when something has happened, not at once and for ever.
      if (ledger.index.get(agentId) !== before) this.#place(agentId);
      this.#pump();
    };
    const entry = { controller, done: Promise.resolve() };
    this.#running.set(agentId, entry);
    entry.done = run();
  }

  /** What was on its way when a person stopped the colony ends as everything else did. */
  async #stopBehindGate(agentId: AgentId): Promise<void> {
    if (!isAtWork(this.#options.ledger.index.get(agentId))) return;
    const reason = "a person had stopped the colony";
    await this.#callOff(agentId, { cause: "user", by: "user", reason });
  }

  async #callOff(agentId: AgentId, why: StopReason): Promise<void> {
    const { ledger } = this.#options;
    await callOff({ ledger, isRunning: (id) => this.#running.has(id) }, agentId, why);
  }

  #liftGate(): void {
    if (this.#gate.isToBeLifted) this.#own(() => this.#gate.lift());
  }

  #isIdle(): boolean {
    if (this.#running.size > 0 || this.#commands + this.#retries.size > 0) return false;
    return this.#gate.isShut || !this.#admission.hasNext;
  }

  #tellIdle(): void {
    for (const waiter of this.#idleWaiters) waiter();
  }

  /** A command of our own. One that cannot be written is tried again until it can. */
  #own(command: () => Promise<unknown>): void {
    this.#commands += 1;
    command()
      .catch((error: unknown) => {
        if (this.#closed) return;
        this.#options.logger.error({ reason: messageOf(error) }, "supervisor command failed");
        const cancel = this.#options.clock.after(RETRY_MS, () => {
          this.#retries.delete(cancel);
          this.#own(command);
        });
        this.#retries.add(cancel);
      })
      .finally(() => {
        this.#commands -= 1;
        if (this.#isIdle()) this.#tellIdle();
      });
  }
}
