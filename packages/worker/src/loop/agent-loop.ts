import { loadedPart, type AgentId, type Executor } from "@colony/core";
import { Aborts } from "./aborts.ts";
import { Alarms } from "./alarm.ts";
import { CalledOff } from "./called-off.ts";
import type { LoopDeps } from "./deps.ts";
import { News } from "./news.ts";
import { Reservations } from "./reservation.ts";
import type { RunHost } from "./run-parts.ts";

/**
 * The in-process executor: asks the agent's model, runs the tools it asks for, and so on until there is an end. What to
 * do next is decided by core's `nextStep` from what is recorded; here it is only done.
 */
export class AgentLoop implements Executor {
  readonly #host: RunHost;
  /** There once somebody is to run: a colony can be opened, and talked to, before. */
  #part: typeof import("./begin-run.ts") | undefined;

  constructor(deps: LoopDeps) {
    this.#host = {
      deps,
      news: new News(deps.bus),
      aborts: new Aborts(),
      alarms: new Alarms(deps.clock),
      reservations: new Reservations(deps),
      calledOff: new CalledOff(),
    };
  }

  /** Loads what runs agents; whoever is run before waits for it. Throws `install.incomplete`. */
  async prepare(): Promise<void> {
    this.#part ??= await loadedPart(import("./begin-run.ts"));
  }

  run(agentId: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return this.#part === undefined
      ? this.#runLater(agentId, signal)
      : this.#part.beginRun(this.#host, agentId, signal);
  }

  async #runLater(agentId: AgentId, signal: AbortSignal): Promise<void> {
    await this.prepare();
    await this.run(agentId, { signal });
  }

  callOff(agentId: AgentId): () => void {
    const settled = this.#host.calledOff.add(agentId);
    this.#host.news.callOff(agentId);
    return settled;
  }
}
