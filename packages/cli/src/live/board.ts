import { isEnded, type AgentId, type AgentRecord, type ColonyEvent } from "@colony/core";
import type { WorkInProgress } from "../render/live-rows.ts";

/** Where records are looked up: an open colony. */
interface Colony {
  agents(): readonly AgentRecord[];
  agent(id: string): { readonly record: AgentRecord };
}

/** Keeps in mind who is at work and who waits, from events alone, so that a redraw costs what it shows. */
export class Board {
  readonly #colony: Colony;
  readonly #running = new Set<AgentId>();
  readonly #queued = new Set<AgentId>();

  constructor(colony: Colony) {
    this.#colony = colony;
    for (const { id, execution } of colony.agents()) {
      if (execution === null || isEnded(execution.status)) continue;
      if (execution.status === "running") this.#running.add(id);
      else this.#queued.add(id);
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

  get now(): WorkInProgress {
    const records = [...this.#running].map((id) => this.#colony.agent(id).record);
    const overseer = records.filter(({ kind }) => kind === "overseer");
    const workers = records.filter(({ kind }) => kind === "worker");
    return { running: [...overseer, ...workers], queued: this.#queued.size };
  }
}
