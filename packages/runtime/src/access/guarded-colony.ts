import type { AgentRecord, ColonyEvent, ColonyId, EventQuery, PendingRequest } from "@colony/core";
import type { FeedFrom, SafeObservable } from "@colony/eventbus";
import { createAgentHandle } from "../agent-handle.ts";
import {
  requireCall,
  requireIdOrName,
  requireInput,
  requireQuery,
  requireSeedFor,
  requireSpawn,
} from "../call-options.ts";
import type { ApproveOptions, InjectOptions, Receipt } from "../colony.ts";
import { listWorkers, type ListOptions, type WorkerList } from "../listing.ts";
import { OVERSEER_ID } from "../overseer-id.ts";
import { latestWorker, requireWorker } from "../handles/targets.ts";
import type { Parts } from "../parts.ts";
import { requireAnswers } from "../requests/given.ts";
import {
  allPending,
  answer,
  answersFor,
  findRequest,
  resolve,
  type GivenAnswers,
} from "../requests/requests.ts";
import { spawnWorker } from "../spawn-worker.ts";
import { unknownAgent } from "../unknown-agent.ts";
import { Access } from "./access.ts";
import type { AgentHandleFor, ColonyFor, SpawnOptionsFor } from "./colony-for.ts";
import { GuardedHandle } from "./guarded-handle.ts";
import { ownEvents } from "./own-events.ts";
import { requirePrincipal, type Principal } from "./principal.ts";
import { findVisible } from "./visible-agents.ts";

/** The face of a colony for one of several people. Throws `usage.invalid`. */
export function colonyFor(parts: Parts, principal: Principal): ColonyFor {
  return new GuardedColony(parts, requirePrincipal(principal));
}

/** Decides about each call, and hands it on to what does it for everybody. */
class GuardedColony implements ColonyFor {
  readonly principal: Principal;
  readonly #parts: Parts;
  readonly #access: Access;

  constructor(parts: Parts, principal: Principal) {
    this.principal = principal;
    this.#parts = { ...parts, principal };
    this.#access = new Access(parts, principal);
  }

  get id(): ColonyId {
    return this.#parts.log.colonyId;
  }

  get events$(): SafeObservable<ColonyEvent> {
    return ownEvents(this.#parts, this.#access, this.#parts.bus.events$());
  }

  async inject(text: string, options: InjectOptions = {}): Promise<Receipt> {
    requireInput(text, options);
    return await this.#handle(this.#find(OVERSEER_ID)).inject(text, options);
  }

  async spawn(definition: string, options: SpawnOptionsFor): Promise<AgentHandleFor> {
    this.#parts.mustBeOpen();
    this.#access.requireOfColony("spawn");
    requireSpawn(definition, options);
    const { parent, seed } = options;
    if (parent === "overseer") this.#access.require("spawn", this.#find(OVERSEER_ID));
    if (seed !== undefined) requireSeedFor(seed);
    return this.#handle(await spawnWorker(this.#parts, definition, options));
  }

  agent(idOrName: string): AgentHandleFor {
    requireIdOrName(idOrName);
    return this.#handle(this.#find(idOrName));
  }

  worker(idOrName?: string): AgentHandleFor {
    if (idOrName === undefined)
      return this.#handle(latestWorker(this.#parts, (each) => this.#access.maySee(each)));
    requireIdOrName(idOrName);
    return this.#handle(requireWorker(this.#find(idOrName), idOrName));
  }

  agents(): readonly AgentRecord[] {
    return [...this.#parts.ledger.index.all()].filter((record) => this.#access.maySee(record));
  }

  list(options?: ListOptions): WorkerList {
    const { ledger, clock, retentionMs } = this.#parts;
    const sees = (record: AgentRecord): boolean => this.#access.maySee(record);
    return listWorkers({ index: ledger.index, now: clock.now(), retentionMs, sees }, options);
  }

  pending(): readonly PendingRequest[] {
    return allPending(this.#parts, (record) => this.#access.maySee(record));
  }

  async answer(request: string, answers: GivenAnswers): Promise<void> {
    requireIdOrName(request);
    const given = requireAnswers(answers);
    const found = this.#request(request, "question");
    const by = this.principal.id;
    await answer(this.#parts, found, { answers: answersFor(found, given), by });
  }

  async approve(request: string, options: ApproveOptions = {}): Promise<void> {
    requireCall("approve", options);
    const found = this.#request(request, "approval");
    if (options.always === "tool") this.#access.requireOfColony("resolve");
    await resolve(this.#parts, found, { decision: "approved", ...options, by: this.principal.id });
  }

  async deny(request: string, options: { readonly reason?: string } = {}): Promise<void> {
    requireCall("deny", options);
    const found = this.#request(request, "approval");
    await resolve(this.#parts, found, { decision: "denied", ...options, by: this.principal.id });
  }

  select(query: EventQuery): SafeObservable<ColonyEvent> {
    requireQuery(query);
    return ownEvents(this.#parts, this.#access, this.#parts.bus.events$(query));
  }

  feed(options: FeedFrom & { readonly query?: EventQuery } = {}): SafeObservable<ColonyEvent> {
    this.#parts.mustBeOpen();
    requireCall("feed", options);
    return ownEvents(this.#parts, this.#access, this.#parts.bus.feed(options));
  }

  /** What waits at an agent that they may see, if they may say something to it. */
  #request(text: string, kind: PendingRequest["kind"]): PendingRequest {
    this.#parts.mustBeOpen();
    requireIdOrName(text);
    const { ledger } = this.#parts;
    const found = findRequest({ ledger, sees: (record) => this.#access.maySee(record) }, text, kind);
    this.#access.require("resolve", this.#find(found.agentId));
    return found;
  }

  #find(text: string): AgentRecord {
    const record = findVisible(this.#parts.ledger.index, text, (each) => this.#access.maySee(each));
    if (record === undefined) throw unknownAgent(text);
    return record;
  }

  #handle({ id }: Pick<AgentRecord, "id">): AgentHandleFor {
    return new GuardedHandle(createAgentHandle(this.#parts, id), this.#access);
  }
}
