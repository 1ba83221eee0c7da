import type { AgentId, Executor } from "@colony/core";
import { Aborts } from "./aborts.ts";
import { Alarms } from "./alarm.ts";
import { beginRun } from "./begin-run.ts";
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

  run(agentId: AgentId, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    return signal.aborted ? Promise.resolve() : beginRun(this.#host, agentId, signal);
  }

  callOff(agentId: AgentId): () => void {
    const settled = this.#host.calledOff.add(agentId);
    this.#host.news.callOff(agentId);
    return settled;
  }

  leftOf(agentId: AgentId): string | undefined {
    const { drafts, ledger } = this.#host.deps;
    const call = ledger.peek(agentId)?.execution?.modelCall ?? null;
    return call === null ? undefined : drafts.leftOf(agentId, call.callId);
  }
}
