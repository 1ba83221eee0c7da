import { ColonyError, type AgentId } from "@colony/core";
import { shut, type StopReason } from "./call-off.ts";
import { ended, type StopDeps } from "./stop.ts";

/** Who closes, and why. */
export type CloseReason = Pick<StopReason, "by" | "reason" | "letterId">;

/**
 * Closes a worker: what it does is called off, and it takes nothing more until it is opened again. A persistent one keeps
 * what waits for it, unrun, and those below it go on. Closing it twice changes nothing. Throws `agent.not_a_worker`, and
 * what the log refuses the intent with (ADR 21).
 */
export async function closeAgent(deps: StopDeps, id: AgentId, why: CloseReason): Promise<void> {
  const { ledger, supervisor } = deps;
  // Decided before anything is called off: what an overseer does is not, either.
  if (ledger.index.get(id)?.kind === "overseer")
    throw new ColonyError(
      "agent.not_a_worker",
      `agent "${id}" is the overseer, which is never closed; close the colony, or stop what is at work`,
    );
  const closing = { ...why, cause: "closed", keepsInbox: true } as const;
  await supervisor.stops.take({
    words: `the close of "${id}"`,
    agents: [id],
    record: () => shut(deps, id, closing),
  });
  await ended(deps, id);
}
