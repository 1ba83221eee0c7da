import {
  ColonyError,
  messageOf,
  type AgentCommands,
  type AgentId,
  type CallId,
  type ExecutionId,
  type JsonObject,
} from "@colony/core";
import { isStorageFault } from "@colony/eventbus";
import type { Stopping } from "../stopping.ts";
import type { LoopDeps } from "./deps.ts";
import { waitForLog } from "./wait-for-log.ts";

/** How long a milestone waits before it is written again to a log that has refused it. Milliseconds. */
const RETRY_MS = 1_000;

/** Whose milestones they are. */
interface OwningCall {
  readonly agentId: AgentId;
  readonly executionId: ExecutionId;
  readonly attempt: number;
  readonly callId: CallId;
  readonly stopping: Stopping;
}

/** What one call comes to, written down one after the other. */
export class CallMilestones {
  readonly #deps: Pick<LoopDeps, "ledger" | "clock">;
  readonly #call: OwningCall;
  #reached = 0;
  #last: Promise<void> = Promise.resolve();
  #hasEnded = false;

  constructor(deps: Pick<LoopDeps, "ledger" | "clock">, call: OwningCall) {
    this.#deps = deps;
    this.#call = call;
  }

  /** All that has been said so far is written down, or has been refused to whoever said it. */
  get written(): Promise<void> {
    return this.#last;
  }

  /** Resolves once it is durable. Nobody has to wait for that. */
  reach(text: string, data?: JsonObject): Promise<void> {
    const { callId } = this.#call;
    if (this.#hasEnded)
      return refused(
        "tool_call.not_open",
        `tool call "${callId}" has ended; what it comes to now is not kept`,
      );
    const ordinal = this.#reached + 1;
    const said = plain(data);
    const writing = this.#last.then(() =>
      this.#write({ callId, ordinal, text, ...(said === undefined ? {} : { data: said }) }),
    );
    this.#reached = ordinal;
    this.#last = writing.catch(() => undefined);
    return writing;
  }

  /** The call is over. */
  end(): void {
    this.#hasEnded = true;
  }

  /** A log that fails is tried again for as long as the call goes on. */
  async #write(milestone: AgentCommands["milestone.reach"]): Promise<void> {
    const { agentId, executionId, attempt, stopping } = this.#call;
    for (;;)
      try {
        const command = { type: "milestone.reach", ...milestone } as const;
        await this.#deps.ledger.require(agentId, [command], { executionId, attempt });
        return;
      } catch (error) {
        if (!isStorageFault(error)) throw error;
        if (!(await waitForLog(this.#deps, RETRY_MS, stopping.signal)))
          throw new ColonyError(
            "wait.aborted",
            `milestone ${milestone.ordinal} was not recorded before its call was called off: ${messageOf(error)}`,
            { cause: error },
          );
      }
  }
}

/** Whoever does not wait for it is not to be ended by it. */
function refused(code: ColonyError["code"], message: string): Promise<void> {
  const refusal = Promise.reject<void>(new ColonyError(code, message));
  refusal.catch(() => undefined);
  return refusal;
}

/** As it will be read again. What cannot be written is left for the refusal to name. */
function plain(data: JsonObject | undefined): JsonObject | undefined {
  try {
    const read: unknown = JSON.parse(JSON.stringify(data ?? null));
    return read === null ? undefined : (read as JsonObject);
  } catch {
    return data;
  }
}
