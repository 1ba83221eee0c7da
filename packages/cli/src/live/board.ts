import { isEnded, type AgentId, type AgentRecord, type ColonyEvent, type PendingRequest } from "@colony/core";
import { waitsForDefinition, type KnowsDefinition } from "../colony/known-definitions.ts";
import { whomTheyWaitFor } from "../requests/whom-they-wait-for.ts";
import type { WorkInProgress } from "../render/live-rows.ts";

/** Where records are looked up: an open colony. */
interface Colony {
  agents(): readonly AgentRecord[];
  agent(id: string): { readonly record: AgentRecord };
  pending(): readonly PendingRequest[];
}

/** Keeps in mind who is at work and who waits, from events alone, so that a redraw costs what it shows. */
export class Board {
  readonly #colony: Colony;
  readonly #running = new Set<AgentId>();
  readonly #queued = new Set<AgentId>();
  readonly #knows: KnowsDefinition;

  /** Who waits for a definition that is not known here is not at work. Default: all are known. */
  constructor(colony: Colony, knows: KnowsDefinition = () => true) {
    this.#colony = colony;
    this.#knows = knows;
    for (const { id, execution } of colony.agents()) {
      if (execution === null || isEnded(execution.status)) continue;
      if (execution.status === "queued") this.#queued.add(id);
      else this.#running.add(id);
    }
  }

  take({ type, agentId }: ColonyEvent): void {
    switch (type) {
      case "EXECUTION_QUEUED":
        this.#queued.add(agentId);
        break;
      case "EXECUTION_STARTED":
        this.#queued.delete(agentId);
        this.#running.add(agentId);
        break;
      case "EXECUTION_COMPLETED":
      case "EXECUTION_FAILED":
      case "EXECUTION_CANCELLED":
      case "EXECUTION_TIMED_OUT":
      case "EXECUTION_LOST":
        this.#queued.delete(agentId);
        this.#running.delete(agentId);
        break;
      default:
        break;
    }
  }

  get isBusy(): boolean {
    return this.#running.size + this.#queued.size > 0;
  }

  /** Whether somebody is at work, or in line, who does not wait for others. */
  get isAtWork(): boolean {
    if ([...this.#queued].some((id) => !this.#isMissing(this.#colony.agent(id).record))) return true;
    return [...this.#running].some((id) => {
      const { record } = this.#colony.agent(id);
      return record.execution?.status === "running" && !this.#isMissing(record);
    });
  }

  get now(): WorkInProgress {
    const all = [...this.#running].map((id) => this.#colony.agent(id).record);
    const records = all.filter((record) => !this.#isMissing(record));
    const inLine = [...this.#queued].map((id) => this.#colony.agent(id).record);
    const missing = inLine.filter((record) => this.#isMissing(record)).length;
    // An overseer takes no place: it is about to begin.
    const queued = inLine.filter((record) => record.kind === "worker" && !this.#isMissing(record)).length;
    const withoutDefinition = all.length - records.length + missing;
    const overseer = records.filter(({ kind }) => kind === "overseer");
    const workers = records.filter(({ kind }) => kind === "worker");
    const isAsking = records.some(({ requests = 0 }) => requests > 0);
    const waitsFor = isAsking
      ? { waitsFor: whomTheyWaitFor(this.#colony.pending(), (id) => this.#colony.agent(id).record) }
      : {};
    return { running: [...overseer, ...workers], queued, withoutDefinition, ...waitsFor };
  }

  #isMissing(record: AgentRecord): boolean {
    return waitsForDefinition(record, this.#knows);
  }
}
