import {
  ColonyError,
  messageOf,
  type AgentCommands,
  type AgentId,
  type Clock,
  type Logger,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";

/** Waits between tries to write to a log that fails. Milliseconds. */
const RETRY_MS = [250, 1_000, 4_000] as const;

/** What recording an exit works with. */
export interface ExitDeps {
  readonly ledger: Pick<Ledger, "execute">;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Writes down that a process has ended, whether or not its execution has. What cannot be written is found out again when
 * the colony is next opened. Never rejects.
 */
export async function recordExit(
  { ledger, clock, logger }: ExitDeps,
  agentId: AgentId,
  exit: AgentCommands["process.exit"],
): Promise<void> {
  const { signal } = new AbortController();
  for (const delayMs of [...RETRY_MS, undefined]) {
    try {
      await ledger.execute(agentId, [{ type: "process.exit", ...exit }]);
      return;
    } catch (error) {
      const { processId } = exit;
      const again = error instanceof ColonyError && error.code === "log.write_failed";
      if (again && delayMs !== undefined) await clock.sleep(delayMs, { signal });
      else {
        logger.warn({ agentId, processId, reason: messageOf(error) }, "end of a process not recorded");
        return;
      }
    }
  }
}
