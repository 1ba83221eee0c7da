import {
  messageOf,
  type AgentId,
  type OpenProcess,
  type ProcessEnd,
  type ProcessIdentity,
  type Processes,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { recordExit, type ExitDeps } from "./record-exit.ts";

/** What ending the processes of an earlier host works with. */
export interface LeftDeps extends ExitDeps {
  readonly ledger: Pick<Ledger, "execute" | "require" | "load" | "index">;
  readonly processes: Processes;
  readonly graceMs: number;
}

/**
 * Ends what a host that is gone has left running, and records how each was found. To be done before any execution is
 * taken up again, so that a call that is run again does not meet its own earlier process.
 */
export async function endLeftProcesses(deps: LeftDeps): Promise<void> {
  const { ledger } = deps;
  const ending = [...ledger.index.withProcesses()].map(async (agentId) => {
    const state = await ledger.load(agentId);
    await Promise.all((state?.processes ?? []).map((process) => endLeft(deps, agentId, process)));
  });
  await Promise.all(ending);
}

async function endLeft(deps: LeftDeps, agentId: AgentId, process: OpenProcess): Promise<void> {
  const { processId, pid } = process;
  try {
    const how = await found(deps, process);
    await recordExit(deps, agentId, { processId, code: null, signal: null, how });
  } catch (error) {
    deps.logger.error(
      { agentId, processId, pid, reason: messageOf(error) },
      "process left by a host not ended",
    );
  }
}

/** A leader that is dead may have left others behind, which are ended all the same. */
async function found({ processes, graceMs }: LeftDeps, process: ProcessIdentity): Promise<ProcessEnd> {
  const alive = processes.isAlive(process);
  const how = await processes.stop(process, { graceMs });
  if (!alive || how === "gone") return "found_dead";
  return how === "killed" ? "killed" : "stopped";
}
