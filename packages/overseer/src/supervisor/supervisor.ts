import {
  dispositionOf,
  messageOf,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type EventType,
  type Executor,
  type Logger,
} from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import { Admission } from "./admission.ts";

/** What a supervisor works with. */
export interface SupervisorOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly executor: Executor;
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
  "DISPATCH_UNBLOCKED",
];

/**
 * Sees to it that whoever has work is at work. After each event, and for every open agent when a colony is opened, it
 * asks the same question of the agent's state; so a restart needs no way of its own.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #admission: Admission;
  readonly #running = new Map<AgentId, { readonly controller: AbortController; readonly done: Promise<void> }>();
  readonly #leave: () => void;
  readonly #idleWaiters = new Set<() => void>();
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#admission = new Admission(options.concurrency, options.capOf);
    const subscription = options.bus.events$({ types: NEWS }).subscribe((event) => this.#onEvent(event));
    this.#leave = () => subscription.unsubscribe();
  }

  /** Takes up what an earlier process left. */
  start(): void {
    for (const id of this.#options.ledger.index.open()) this.consider(id);
  }

  /** Agents that are at work in this process. */
  isRunning(agentId: AgentId): boolean {
    return this.#running.has(agentId);
  }

  get counts(): { readonly running: number; readonly queued: number } {
    return { running: this.#admission.running, queued: this.#admission.waiting };
  }

  /** Does what an agent's state calls for. */
  consider(agentId: AgentId): void {
    if (this.#closed) return;
    const state = this.#options.ledger.peek(agentId);
    if (state === undefined) {
      this.#admission.drop(agentId);
      return;
    }
    const disposition = dispositionOf(state);
    if (disposition.do === "nothing" || this.#running.has(agentId)) return;
    if (disposition.do === "run") {
      if (state.record.kind === "overseer") this.#start(agentId);
      else this.#enqueue(state);
      return;
    }
    if (!this.#mayWake(state)) return;
    if (state.record.kind === "overseer") this.#start(agentId);
    else this.#own(this.#options.ledger.execute(agentId, [{ type: "execution.queue", correlationId: disposition.correlationId }]));
  }

  /** Resolves when nobody is at work and nobody waits for anything but a person. */
  async idle(signal?: AbortSignal): Promise<void> {
    while (!this.#isIdle() && signal?.aborted !== true && !this.#closed)
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

  /** Starts nothing new and waits until what runs has let go. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#leave();
    for (const { controller } of this.#running.values()) controller.abort("shutdown");
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    this.#tellIdle();
  }

  #onEvent(event: ColonyEvent): void {
    if (event.type === "DISPATCH_UNBLOCKED") this.start();
    else {
      this.consider(event.agentId);
      if (event.type === "SUBAGENT_REPORT" && event.data.parentId !== null) this.consider(event.data.parentId);
    }
    this.#pump();
  }

  /** While a person's stop holds, only what a person has said since may wake an agent. */
  #mayWake({ inbox }: AgentState): boolean {
    const { blocks } = this.#options.ledger.colony;
    if (blocks.length === 0) return true;
    const since = Math.max(...blocks.map(({ at }) => at));
    const opening = inbox.some(({ kind, receivedAt }) => kind === "chat" && receivedAt >= since);
    if (opening)
      for (const { owner } of blocks)
        if (owner === "user") this.#own(this.#options.ledger.executeColony({ type: "dispatch.unblock", owner }));
    return false;
  }

  #enqueue({ record }: AgentState): void {
    this.#admission.add({
      agentId: record.id,
      definitionId: record.definitionId,
      priority: record.priority,
      interrupted: record.execution?.status === "running",
    });
    this.#pump();
  }

  #pump(): void {
    while (!this.#closed && this.#options.ledger.colony.blocks.length === 0) {
      const next = this.#admission.next();
      if (next === undefined) break;
      this.#start(next);
    }
    if (this.#isIdle()) this.#tellIdle();
  }

  #start(agentId: AgentId): void {
    const controller = new AbortController();
    const run = async (): Promise<void> => {
      const { ledger } = this.#options;
      const before = ledger.index.get(agentId)?.version;
      try {
        await this.#options.executor.run(agentId, { signal: controller.signal });
      } catch (error) {
        this.#options.logger.error({ agentId, reason: messageOf(error) }, "executor failed");
      }
      this.#running.delete(agentId);
      this.#admission.leave(agentId);
      if (ledger.index.get(agentId)?.version !== before) this.consider(agentId);
      this.#pump();
    };
    const entry = { controller, done: Promise.resolve() };
    this.#running.set(agentId, entry);
    entry.done = run();
  }

  #isIdle(): boolean {
    return this.#running.size === 0 && (this.#admission.waiting === 0 || this.#options.ledger.colony.blocks.length > 0);
  }

  #tellIdle(): void {
    for (const waiter of this.#idleWaiters) waiter();
  }

  /** A command of our own that fails is for the operator; the next event asks again. */
  #own(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!this.#closed) this.#options.logger.error({ reason: messageOf(error) }, "supervisor command failed");
    });
  }
}
