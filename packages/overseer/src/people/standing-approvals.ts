import { messageOf, pendingRequests, type AgentId, type CallId, type Clock, type Logger } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";

interface StandingOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who approves where all calls of a tool are approved. */
const STANDING = "standing approval";
/** How long what could not be recorded waits before it is tried again. Milliseconds. */
const RETRY_MS = 1_000;

/** Lets calls run that wait for an approval which all calls of their tool have by now. */
export class StandingApprovals {
  readonly #options: StandingOptions;
  readonly #leave: () => void;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: StandingOptions) {
    this.#options = options;
    const types = ["TOOL_APPROVAL_SET", "APPROVAL_RESOLVED", "APPROVAL_REQUESTED"] as const;
    const heard = options.bus.events$({ types }).subscribe(({ type, data }) => {
      const isOfAll = type !== "APPROVAL_RESOLVED" || ("always" in data && data.always === "tool");
      if (isOfAll) this.look();
    });
    this.#leave = () => heard.unsubscribe();
  }

  /** Approves what waits needlessly: also what a host that was killed had left so. */
  look(): void {
    const { ledger } = this.#options;
    const approved = ledger.colony.approvedTools ?? [];
    if (this.#closed || approved.length === 0) return;
    for (const id of ledger.index.withRequests()) {
      const state = ledger.peek(id);
      for (const { kind, tool, callId } of state === undefined ? [] : pendingRequests(state))
        if (kind === "approval" && approved.includes(tool)) void this.#approve(id, callId);
    }
  }

  close(): void {
    this.#closed = true;
    this.#leave();
    this.#cancelRetry?.();
  }

  /** What has been decided by now changes nothing. */
  async #approve(agentId: AgentId, callId: CallId): Promise<void> {
    const { ledger, clock, logger } = this.#options;
    const decision = { decision: "approved", by: STANDING, reason: null } as const;
    try {
      await ledger.execute(agentId, [{ type: "approval.resolve", callId, ...decision }]);
    } catch (error) {
      if (this.#closed) return;
      logger.warn({ agentId, reason: messageOf(error) }, "approval not recorded, tried again");
      this.#cancelRetry?.();
      this.#cancelRetry = clock.after(RETRY_MS, () => this.look());
    }
  }
}
