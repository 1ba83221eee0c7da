import {
  ColonyError,
  messageOf,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ColonyEvent,
  type ExecutionId,
  type Refusal,
} from "@colony/core";
import type { LoopDeps } from "./deps.ts";

/** Waits between tries to write to a log that fails. Milliseconds. */
const WRITE_RETRY_MS = [250, 1_000, 4_000, 15_000, 60_000] as const;

/** The execution that a run has taken up, and as which attempt at it. */
export interface Claim {
  readonly executionId: ExecutionId;
  readonly attempt: number;
}

interface RecorderOptions {
  readonly deps: Pick<LoopDeps, "ledger" | "clock" | "logger">;
  readonly agentId: AgentId;
  /** What follows from a state, in the same commit. */
  readonly follow: (state: AgentState) => readonly AgentCommand[];
  /** True where something else follows now, because a budget has no room for what did. */
  readonly heed?: (refusal: Refusal) => boolean;
}

/** Writes down what a run does, as the attempt that it has claimed and as no other. */
export class Recorder {
  readonly #options: RecorderOptions;
  #claim: Claim | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  get claim(): Claim | undefined {
    return this.#claim;
  }

  /**
   * Records the commands and what follows from them as one commit. Undefined once somebody else has the last word, and
   * when the signal comes while the log cannot be written. A log that fails is tried again: nothing is lost meanwhile.
   */
  async record(
    commands: readonly AgentCommand[],
    signal: AbortSignal,
  ): Promise<readonly ColonyEvent[] | undefined> {
    const { deps, agentId, follow, heed } = this.#options;
    let wanted = commands;
    for (let failures = 0; ;) {
      try {
        // oxlint-disable-next-line unicorn/no-thenable -- what the ledger asks for is called so, and nobody awaits it
        const outcome = await deps.ledger.execute(agentId, wanted, { then: follow, ...this.#claim });
        if (outcome.ok) {
          this.#claim ??= claimOf(outcome.events);
          return outcome.events;
        }
        if (heed?.(outcome.refusal) === true) continue;
        const { code } = outcome.refusal;
        const allowed = wanted.filter(({ type }) => type !== "tool.start");
        // A cancel came while a call was found to be one that may begin again: it must not, and the end must follow.
        if (code === "execution.cancelling" && allowed.length < wanted.length) wanted = allowed;
        else if (GONE.has(code)) return undefined;
        else throw ColonyError.from(outcome.refusal);
      } catch (error) {
        if (!(error instanceof ColonyError)) throw error;
        if (error.code === "log.conflict") return undefined;
        if (error.code !== "log.write_failed") throw error;
        const delayMs = WRITE_RETRY_MS[Math.min(failures, WRITE_RETRY_MS.length - 1)] ?? 0;
        failures += 1;
        deps.logger.error({ agentId, reason: messageOf(error), delayMs }, "log not written, trying again");
        if (!(await this.#waited(delayMs, signal))) return undefined;
      }
    }
  }

  /** False where the signal came first. */
  async #waited(ms: number, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#options.deps.clock.sleep(ms, { signal });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }
}

/** Refusals that mean that this run has nothing more to say. */
const GONE: ReadonlySet<string> = new Set([
  "execution.ended",
  "execution.stale_attempt",
  "execution.not_running",
  "execution.not_queued",
  "execution.exists",
  "agent.closed",
  "agent.not_found",
]);

function claimOf(events: readonly ColonyEvent[]): Claim | undefined {
  for (const event of events)
    if (event.type === "EXECUTION_STARTED" && event.executionId !== undefined)
      return { executionId: event.executionId, attempt: event.data.attempt };
  return undefined;
}
