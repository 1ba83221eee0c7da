import {
  dispositionOf,
  messageOf,
  recipientOf,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type ExecutionId,
} from "@colony/core";
import { callOff, isAtWork, type StopReason } from "../call-off.ts";
import { Admission } from "./admission.ts";
import { KeptStops } from "../kept-stops.ts";
import { DispatchGate } from "./gate.ts";
import { IdleLine } from "./idle-line.ts";
import { NEWS } from "./news.ts";
import { endOrphan, hasLateMail, isOrphan } from "./orphan.ts";
import { OwnCommands } from "./own-commands.ts";
import { Portion } from "./portion.ts";
import { Resting } from "./resting.ts";
import type { SupervisorOptions } from "./supervisor-options.ts";
import { hasMoved, isTakenOver, standingOf, type Standing } from "./standing.ts";
import { Trial } from "./trial.ts";

const BEGUN = Promise.resolve();

/**
 * Sees to it that whoever has work is at work. After each event, and for every open agent when a colony is opened, it
 * asks the same question of the agent's state; so a restart needs no way of its own.
 */
export class Supervisor {
  /** Stops that the log has not taken yet. */
  readonly stops: KeptStops;
  readonly #options: SupervisorOptions;
  readonly #admission: Admission;
  readonly #gate: DispatchGate;
  readonly #trial: Trial;
  readonly #running = new Map<AgentId, Promise<void>>();
  readonly #shutdown = new AbortController();
  readonly #leave: () => void;
  readonly #idleLine = new IdleLine();
  readonly #commands: OwnCommands;
  readonly #resting: Resting;
  readonly #portion = new Portion({ now: () => this.#options.clock.now() }, () => this.#pump());
  /** Nobody is put to work before: what has come in until then may have been called off as well. */
  #begun = false;
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#admission = new Admission(options.concurrency, options.capOf);
    this.#resting = new Resting(this.#admission, () => this.#pump());
    this.stops = new KeptStops({
      ...options,
      hold: (id) => this.#hold(id),
      onFree: (ids) => this.#considerAll(ids),
    });
    this.#gate = new DispatchGate({ ...options, stops: this.stops });
    this.#commands = new OwnCommands({ ...options, onSettled: () => this.#tellIfIdle() });
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
    const { ledger } = this.#options;
    this.#trial.takeUp([...ledger.index.open()].flatMap((id) => ledger.peek(id) ?? []));
    this.#begun = true;
    for (const { id } of ledger.index.all()) this.#discardLateMail(id);
    this.#considerAll();
  }

  /** Whether an agent's work was all that was under way when the last host died. Asked when it is taken up. */
  wasAlone(agentId: AgentId): boolean {
    return this.#trial.wasAlone(agentId);
  }

  /** Whether an agent is at work in this process. */
  isRunning(agentId: AgentId): boolean {
    return this.#running.has(agentId);
  }

  /** What the model call under way that an earlier host has left an agent in had said. */
  leftOf(agentId: AgentId): string | undefined {
    return this.#options.executor.leftOf?.(agentId);
  }

  /** Whether stops keep anything from being begun. */
  get dispatch(): Pick<DispatchGate, "isSettled" | "settled"> {
    return this.#gate;
  }

  get counts(): { readonly running: number; readonly queued: number } {
    return { running: this.#admission.running, queued: this.#admission.waiting };
  }

  /** Whether another worker of a definition would get a place at once. */
  hasRoomFor(definitionId: string): boolean {
    return this.#admission.hasRoomFor(definitionId);
  }

  /** Does what an agent's state calls for. */
  consider(agentId: AgentId): void {
    this.#place(agentId);
    this.#pump();
  }

  /**
   * Wakes an idle overseer for an input that is still being written, so that both are one disk commit. What it begins with
   * follows the input in its stream: it is stored after it, or not at all. Where anything speaks against that, nothing is
   * lost: the input's event wakes it.
   */
  anticipate(agentId: AgentId): void {
    const { ledger } = this.#options;
    if (this.#closed || this.#running.has(agentId)) return;
    if (this.#gate.isShut || this.#gate.isStopped || !ledger.isColonySettled) return;
    const state = ledger.newest(agentId);
    if (state?.record.kind !== "overseer" || dispositionOf(state).do !== "queue") return;
    if (this.#trial.admits(state)) this.#start(agentId);
  }

  /** Resolves when nobody is at work and nobody waits for anything but a person, or a definition that is not here. */
  async idle(signal?: AbortSignal): Promise<void> {
    while (!this.#isIdle() && !this.#closed) {
      if (signal?.aborted === true) return;
      await this.#idleLine.next(signal);
    }
  }

  /** Starts nothing new and waits until what runs has let go. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#leave();
    this.#trial.close();
    this.#commands.close();
    await this.stops.close();
    this.#shutdown.abort("shutdown");
    await Promise.all(this.#running.values());
    this.#idleLine.tell();
  }

  /**
   * Gives an agent's place to others while it waits for them. What comes back is called when it goes on, and resolves once
   * it has a place again, before those that have not begun.
   */
  lendPlace(agentId: AgentId): () => Promise<void> {
    return this.#resting.lend(agentId, this.#options.ledger.index.get(agentId));
  }

  #onEvent(event: ColonyEvent): void {
    this.#gate.note(event);
    if (event.type === "DISPATCH_UNBLOCKED") this.#considerAll();
    else if (event.type === "EXECUTION_QUEUED" && this.#gate.isHeld)
      this.#commands.give(() => this.#stopBehindGate(event.agentId, event.executionId));
    else if (event.type === "INPUT_RECEIVED") this.#liftGate();
    if (event.type !== "DISPATCH_BLOCKED" && event.type !== "DISPATCH_UNBLOCKED") this.#place(event.agentId);
    const recipient = recipientOf(event);
    if (recipient !== undefined && !this.#discardLateMail(recipient)) this.#place(recipient);
    if (event.type === "AGENT_CLOSED")
      for (const id of this.#options.ledger.index.childrenOf(event.agentId)) this.#place(id);
    this.#pump();
  }

  /** What comes for a worker that is closed for good is said to be discarded. */
  #discardLateMail(agentId: AgentId): boolean {
    const { ledger } = this.#options;
    const isLate = hasLateMail(ledger.index.get(agentId));
    if (isLate)
      this.#commands.give(() => ledger.execute(agentId, [{ type: "agent.close", cause: "closed" }]));
    return isLate;
  }

  /** Everybody gets a place in line before the first is let in, so that it is the right one. */
  #considerAll(ids: Iterable<AgentId> = this.#options.ledger.index.open()): void {
    for (const id of ids) this.#place(id);
    this.#pump();
  }

  #place(agentId: AgentId): void {
    if (this.#closed || !this.#begun) return;
    const { ledger } = this.#options;
    const state = ledger.peek(agentId);
    if (state !== undefined && isOrphan(ledger.index, state.record)) {
      this.#admission.drop(agentId);
      this.#commands.give(() => endOrphan({ ledger, supervisor: this }, agentId));
      return;
    }
    // Who is at work looks after itself, and is asked about again when it has let go.
    if (this.#running.has(agentId)) return;
    const disposition = state === undefined ? undefined : dispositionOf(state);
    if (disposition?.do !== "run") this.#admission.drop(agentId);
    if (state === undefined || disposition === undefined || disposition.do === "nothing") return;
    if (this.stops.has(agentId)) return;
    const cancel = state.execution?.cancel ?? null;
    if (disposition.do === "run" && cancel !== null) {
      this.#admission.drop(agentId);
      const executionId = state.record.execution?.id;
      this.#commands.give(() => this.#callOff(agentId, cancel, executionId));
    } else if (!this.#trial.admits(state)) {
      return;
    } else if (state.record.kind === "overseer") {
      if (!this.#gate.isShut) this.#start(agentId);
    } else if (disposition.do === "run") this.#enqueue(state);
    else if (!this.#gate.isShut) {
      const { correlationId } = disposition;
      this.#commands.give(() => ledger.execute(agentId, [{ type: "execution.queue", correlationId }]));
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
    while (!this.#closed && !this.#gate.isShut && !this.#portion.isSpent) {
      const next = this.#admission.next();
      if (next === undefined) break;
      this.#portion.take();
      if (!this.#resting.wake(next)) this.#start(next);
    }
    this.#tellIfIdle();
  }

  #start(agentId: AgentId): void {
    this.#running.set(agentId, BEGUN);
    this.#trial.started(agentId);
    const { ledger, logger, executor } = this.#options;
    const before = standingOf(ledger.index.get(agentId));
    const failed = (error: unknown): void => {
      logger.error({ agentId, reason: messageOf(error) }, "executor failed");
      this.#ended(agentId, before);
    };
    try {
      const run = executor.run(agentId, { signal: this.#shutdown.signal });
      const ended = run.then(() => this.#ended(agentId, before), failed);
      this.#running.set(agentId, ended);
    } catch (error) {
      queueMicrotask(() => failed(error));
    }
  }

  #ended(agentId: AgentId, before: Standing): void {
    const { ledger, host, onTakenOver } = this.#options;
    this.#running.delete(agentId);
    this.#admission.leave(agentId);
    this.#resting.forget(agentId);
    this.#trial.end(agentId);
    if (isTakenOver(ledger.peek(agentId) ?? {}, before, host)) onTakenOver?.();
    // An executor that did nothing is asked again when something has happened, not at once and for ever.
    if (hasMoved(ledger.index.get(agentId), before)) this.#place(agentId);
    this.#pump();
  }

  /** What was on its way when a person stopped the colony ends as everything else did. */
  async #stopBehindGate(agentId: AgentId, executionId?: ExecutionId): Promise<void> {
    const record = this.#options.ledger.index.get(agentId);
    if (!isAtWork(record)) return;
    const why = { cause: "user", by: "user", reason: "a person had stopped the colony" } as const;
    await this.#callOff(agentId, why, executionId ?? record?.execution?.id);
  }

  /** Calls off that execution, and never one that has come after it while this could not be written. */
  async #callOff(agentId: AgentId, why: StopReason, executionId: ExecutionId | undefined): Promise<void> {
    const { ledger } = this.#options;
    if (ledger.index.get(agentId)?.execution?.id !== executionId) return;
    await callOff({ ledger, supervisor: this }, agentId, why);
  }

  #liftGate(): void {
    if (this.#gate.isToBeLifted) this.#commands.give(() => this.#gate.lift());
  }

  #isIdle(): boolean {
    if (this.#running.size > 0 || this.#commands.areLeft || this.stops.areLeft) return false;
    return this.#gate.isShut || !this.#admission.hasNext;
  }

  #tellIfIdle(): void {
    if (this.#isIdle()) this.#idleLine.tell();
  }

  /** A person has called the agent off, and the log does not say so yet. */
  #hold(agentId: AgentId): () => void {
    this.#admission.drop(agentId);
    return this.#options.executor.callOff?.(agentId) ?? NOTHING_HELD;
  }
}

const NOTHING_HELD = (): void => undefined;
