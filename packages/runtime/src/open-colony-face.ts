import {
  ColonyError,
  messageOf,
  type AgentId,
  type AgentRecord,
  type Budget,
  type ColonyEvent,
  type ColonyId,
  type ColonyState,
  type EventQuery,
  type PendingRequest,
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
import { createAgentHandle, seed } from "./agent-handle.ts";
import type { ColonyFor } from "./access/colony-for.ts";
import { colonyFor } from "./access/guarded-colony.ts";
import type { Principal } from "./access/principal.ts";
import { budgetOf, setBudget, type ColonyBudget } from "./budget.ts";
import { requireAddress, requireCall, requireIdOrName, requireInput, requireQuery } from "./call-options.ts";
import { closeColony, type Opened } from "./closing.ts";
import type {
  AgentHandle,
  Colony,
  InjectOptions,
  Receipt,
  SeedOutcome,
  SeedSource,
  SpawnOptions,
} from "./colony.ts";
import { inject } from "./handles/receiving.ts";
import { stopColony } from "./handles/stopping.ts";
import { latestWorker, recordOf, workerNamed } from "./handles/targets.ts";
import {
  waitForTargets,
  type WaitForAgentsOptions,
  type WaitTarget,
  type WaitedForAgents,
} from "./handles/waiting.ts";
import { createLookingFace } from "./looking-face.ts";
import { OVERSEER_ID } from "./overseer-id.ts";
import type { Parts } from "./parts.ts";
import { reportsOf } from "./reports.ts";
import { spawnWorker } from "./spawn-worker.ts";
import { createRequestsFace } from "./requests/requests-face.ts";
import { pendingOf } from "./requests/requests.ts";
import type { ColonyTriggers } from "./triggers/colony-triggers.ts";
import { openTriggers } from "./triggers/open-triggers.ts";

/** The face of an open colony. Everything it does is done by its parts. */
export class OpenColony implements Colony {
  readonly dir: string;
  readonly overseer: AgentHandle;
  readonly events$: SafeObservable<ColonyEvent>;
  readonly reports$: SafeObservable<Report>;
  readonly pulses$: PulseStream;
  readonly storage$: SafeObservable<StorageState>;
  readonly pending$: SafeObservable<readonly PendingRequest[]>;
  readonly pending: Colony["pending"];
  readonly answer: Colony["answer"];
  readonly approve: Colony["approve"];
  readonly deny: Colony["deny"];
  readonly setToolApproval: Colony["setToolApproval"];
  readonly list: Colony["list"];
  readonly running: Colony["running"];
  readonly running$: Colony["running$"];
  readonly prunable: Colony["prunable"];
  readonly prune: Colony["prune"];
  readonly triggers: ColonyTriggers;
  readonly #parts: Parts;
  readonly #opened: Opened;
  #closing: Promise<void> | undefined;

  constructor(open: Omit<Parts, "mustBeOpen">, opened: Opened & { readonly retentionMs: number }) {
    const parts: Parts = { ...open, mustBeOpen: () => this.#mustBeOpen() };
    this.#parts = parts;
    this.#opened = opened;
    this.dir = opened.dir;
    this.overseer = createAgentHandle(parts, OVERSEER_ID);
    this.events$ = parts.bus.events$();
    this.pulses$ = parts.bus.pulses$();
    this.pending$ = pendingOf(parts);
    this.triggers = openTriggers(parts);
    const requests = createRequestsFace(parts);
    this.pending = requests.pending;
    this.answer = requests.answer;
    this.approve = requests.approve;
    this.deny = requests.deny;
    this.setToolApproval = requests.setToolApproval;
    const looking = createLookingFace(parts, opened);
    this.list = looking.list;
    this.running = looking.running;
    this.running$ = looking.running$;
    this.prunable = looking.prunable;
    this.prune = looking.prune;
    this.storage$ = parts.ledger.storage.changes$;
    this.reports$ = reportsOf(parts.bus, (error) =>
      parts.logger.error({ reason: messageOf(error) }, "subscriber failed"),
    );
    this.#opened.hold.onLost(() => this.#letGo());
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
    const { id } = await spawnWorker(this.#parts, definition, options);
    return createAgentHandle(this.#parts, id);
  }

  agent(idOrName: string): AgentHandle {
    requireIdOrName(idOrName);
    const record = recordOf(this.#parts.ledger.index.find(idOrName), idOrName);
    return createAgentHandle(this.#parts, record.id);
  }

  worker(idOrName?: string): AgentHandle {
    if (idOrName !== undefined) requireIdOrName(idOrName);
    const record = idOrName === undefined ? latestWorker(this.#parts) : workerNamed(this.#parts, idOrName);
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

  waitFor(query: EventQuery, options?: WaitOptions): Promise<ColonyEvent | undefined>;
  waitFor(targets: readonly WaitTarget[], options?: WaitForAgentsOptions): Promise<WaitedForAgents>;
  async waitFor(
    asked: EventQuery | readonly WaitTarget[],
    options: WaitOptions & WaitForAgentsOptions = {},
  ): Promise<ColonyEvent | WaitedForAgents | undefined> {
    this.#mustBeOpen();
    if (isList(asked)) return await waitForTargets(this.#parts, asked, options);
    requireQuery(asked);
    requireCall("waitFor", options);
    return await this.#parts.bus.waitFor(asked, options);
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
    this.#closing ??= closeColony(this.#parts, this.#opened);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  as(principal: Principal): ColonyFor {
    return colonyFor(this.#parts, principal);
  }

  /** Somebody else has the colony: what runs here is theirs to go on with, and nothing more is begun or taken. */
  #letGo(): void {
    const { logger } = this.#parts;
    const { lost } = this.#opened.hold;
    logger.error({ reason: lost?.message }, "colony taken over");
    this.close().catch((error: unknown) => logger.error({ reason: messageOf(error) }, "colony not closed"));
  }

  #mustBeOpen(): void {
    if (this.#opened.hold.lost !== undefined) throw this.#opened.hold.lost;
    if (this.#closing !== undefined)
      throw new ColonyError("colony.closed", "this colony has been closed; open it again to go on");
  }
}

function isList(asked: EventQuery | readonly WaitTarget[]): asked is readonly WaitTarget[] {
  try {
    return Array.isArray(asked);
  } catch {
    // A proxy that was revoked is held to what a query may be.
    return false;
  }
}
