import {
  ColonyError,
  agentId,
  messageOf,
  type AgentId,
  type AgentRecord,
  type Budget,
  type ColonyEvent,
  type ColonyId,
  type ColonyState,
  type EventQuery,
  type Host,
  type Report,
} from "@colony/core";
import type {
  BusStats,
  Feed,
  FeedFrom,
  PulseQuery,
  PulseStream,
  SafeObservable,
  StorageState,
  WaitOptions,
} from "@colony/eventbus";
import { spawn } from "@colony/overseer";
import { createAgentHandle, inject, seed, stopColony } from "./agent-handle.ts";
import { budgetOf, setBudget, type ColonyBudget } from "./budget.ts";
import {
  requireAddress,
  requireCall,
  requireIdOrName,
  requireInput,
  requireQuery,
  requireSpawn,
} from "./call-options.ts";
import type {
  AgentHandle,
  Colony,
  InjectOptions,
  Receipt,
  SeedOutcome,
  SeedSource,
  SpawnOptions,
} from "./colony.ts";
import type { Hold } from "./hold.ts";
import type { LetterTaking } from "./letters/letter-taking.ts";
import { OVERSEER_ID } from "./overseer-id.ts";
import type { Parts } from "./parts.ts";
import { reportsOf } from "./reports.ts";
import { readSource } from "./seed-source.ts";
import type { HeldUp } from "./time/held-up.ts";
import type { Store } from "./store.ts";

/** The face of an open colony. Everything it does is done by its parts. */
export class OpenColony implements Colony {
  readonly dir: string;
  readonly overseer: AgentHandle;
  readonly events$: SafeObservable<ColonyEvent>;
  readonly reports$: SafeObservable<Report>;
  readonly pulses$: PulseStream;
  readonly storage$: SafeObservable<StorageState>;
  readonly #parts: Parts;
  readonly #host: Host;
  readonly #hold: Hold;
  readonly #heldUp: HeldUp;
  readonly #store: Store;
  readonly #letters: LetterTaking | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    open: Omit<Parts, "mustBeOpen">,
    opened: {
      readonly dir: string;
      readonly host: Host;
      readonly hold: Hold;
      readonly heldUp: HeldUp;
      readonly store: Store;
      readonly letters: LetterTaking | undefined;
    },
  ) {
    const parts: Parts = { ...open, mustBeOpen: () => this.#mustBeOpen() };
    this.#parts = parts;
    this.#host = opened.host;
    this.#store = opened.store;
    this.#letters = opened.letters;
    this.#hold = opened.hold;
    this.#heldUp = opened.heldUp;
    this.dir = opened.dir;
    this.overseer = createAgentHandle(parts, OVERSEER_ID);
    this.events$ = parts.bus.events$();
    this.pulses$ = parts.bus.pulses$();
    this.storage$ = parts.ledger.storage.changes$;
    this.reports$ = reportsOf(parts.bus, (error) => parts.logger.error({ error }, "subscriber failed"));
    this.#hold.onLost(() => this.#letGo());
  }

  get id(): ColonyId {
    return this.#parts.log.colonyId;
  }

  get state(): ColonyState {
    return this.#parts.ledger.colony;
  }

  get storage(): StorageState {
    return this.#parts.ledger.storage.state;
  }

  async inject(text: string, options: InjectOptions = {}): Promise<Receipt> {
    requireInput(text, options);
    return await inject(this.#parts, { id: OVERSEER_ID, kind: "overseer" }, { text, ...options });
  }

  async seed(source: SeedSource): Promise<SeedOutcome> {
    return await seed(this.#parts, OVERSEER_ID, source);
  }

  async spawn(definition: string, options: SpawnOptions): Promise<AgentHandle> {
    this.#mustBeOpen();
    requireSpawn(definition, options);
    const id = agentId(this.#parts.ids.next("w"));
    const conversation = options.seed === undefined ? undefined : await readSource(options.seed);
    await this.#parts.supervisor.stops.settle();
    await this.#parts.supervisor.lifted();
    this.#mustBeOpen();
    const record = await spawn(this.#parts, {
      id,
      parentId: options.parent === "overseer" ? OVERSEER_ID : null,
      depth: 1,
      definition,
      task: options.task,
      name: options.name ?? null,
      label: options.label ?? null,
      priority: options.priority ?? 0,
      batch: null,
      correlationId: undefined,
      budget: options.budget,
      ...(conversation === undefined ? {} : { seed: conversation }),
    });
    return createAgentHandle(this.#parts, record.id);
  }

  agent(idOrName: string): AgentHandle {
    requireIdOrName(idOrName);
    const record = this.#parts.ledger.index.find(idOrName);
    if (record === undefined)
      throw new ColonyError("agent.not_found", `there is no agent "${idOrName}" in this colony`);
    return createAgentHandle(this.#parts, record.id);
  }

  agents(): readonly AgentRecord[] {
    return [...this.#parts.ledger.index.all()];
  }

  async stop(options: { readonly reason?: string } = {}): Promise<readonly AgentId[]> {
    requireCall("stop", options);
    return await stopColony(this.#parts, options.reason ?? null);
  }

  budget(): ColonyBudget {
    return budgetOf(this.#parts.ledger, this.#parts.clock.now());
  }

  async setBudget(budget: Budget): Promise<void> {
    this.#mustBeOpen();
    const { ledger, roster, priceOf } = this.#parts;
    await setBudget({ ledger, priceOf, definitions: roster.all }, budget);
  }

  select(query: EventQuery): SafeObservable<ColonyEvent> {
    requireQuery(query);
    return this.#parts.bus.events$(query);
  }

  pulses(query: PulseQuery): PulseStream {
    requireCall("pulses", query);
    return this.#parts.bus.pulses$(query);
  }

  feed(options: FeedFrom & { readonly query?: EventQuery } = {}): Feed {
    this.#mustBeOpen();
    requireCall("feed", options);
    return this.#parts.bus.feed(options);
  }

  async waitFor(query: EventQuery, options: WaitOptions = {}): Promise<ColonyEvent | undefined> {
    this.#mustBeOpen();
    requireQuery(query);
    requireCall("waitFor", options);
    return await this.#parts.bus.waitFor(query, options);
  }

  head(): number {
    return this.#parts.bus.stats().head;
  }

  stats(): BusStats {
    return this.#parts.bus.stats();
  }

  async blob(sha256: string): Promise<string> {
    this.#mustBeOpen();
    requireAddress(sha256);
    return await this.#parts.blobs.get(sha256);
  }

  async idle(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    this.#mustBeOpen();
    requireCall("idle", options);
    await this.#parts.supervisor.idle(options.signal);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Somebody else has the colony: what runs here is theirs to go on with, and nothing more is begun or taken. */
  #letGo(): void {
    const { logger } = this.#parts;
    const { lost } = this.#hold;
    logger.error({ reason: lost?.message }, "colony taken over");
    this.close().catch((error: unknown) => logger.error({ reason: messageOf(error) }, "colony not closed"));
  }

  async #close(): Promise<void> {
    const { supervisor, processes, drafts, ledger, bus } = this.#parts;
    try {
      await this.#letters?.close();
      await supervisor.close();
      await drafts.close();
      await processes.close();
      if (this.#hold.lost === undefined)
        await ledger.executeColony({ type: "colony.close", host: this.#host.id });
    } finally {
      this.#hold.release();
      await this.#heldUp.close();
      await ledger.close();
      bus.close();
      await this.#store.close();
    }
  }

  #mustBeOpen(): void {
    if (this.#hold.lost !== undefined) throw this.#hold.lost;
    if (this.#closing !== undefined)
      throw new ColonyError("colony.closed", "this colony has been closed; open it again to go on");
  }
}
