import { messageOf, pendingRequests, type AgentId, type CallId, type Clock, type Logger } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";

interface ExpiriesOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Due {
  readonly agentId: AgentId;
  readonly callId: CallId;
  readonly at: number;
}

/** The longest that a timer can be set for. Milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** How long what could not be recorded waits before it is tried again. Milliseconds. */
const RETRY_MS = 1_000;

/** Sees to it that questions which nobody answers in time are answered by their defaults. One timer serves for all. */
export class Expiries {
  readonly #options: ExpiriesOptions;
  readonly #due = new Map<string, Due>();
  readonly #leave: () => void;
  #cancelTimer: (() => void) | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(options: ExpiriesOptions) {
    this.#options = options;
    const asked = options.bus.events$({ types: ["QUESTION_ASKED"] }).subscribe((event) => {
      if (event.type !== "QUESTION_ASKED" || event.data.expiresAt === null) return;
      this.#add({ agentId: event.agentId, callId: event.data.callId, at: event.data.expiresAt });
    });
    this.#leave = () => asked.unsubscribe();
  }

  /** Takes up what an earlier process left: what has expired meanwhile does so now. */
  start(): void {
    const { ledger } = this.#options;
    for (const id of ledger.index.withRequests()) {
      const state = ledger.peek(id);
      for (const request of state === undefined ? [] : pendingRequests(state))
        if (request.kind === "question" && request.expiresAt !== null)
          this.#add({ agentId: id, callId: request.callId, at: request.expiresAt });
    }
  }

  /** The machine has slept: timers have stood still, and the time of day has not. */
  resume(): void {
    if (!this.#closed) this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#leave();
    this.#cancelTimer?.();
    this.#due.clear();
  }

  #add(due: Due): void {
    this.#due.set(`${due.agentId}/${due.callId}`, due);
    this.#wakeAt(due.at);
  }

  #wakeAt(at: number): void {
    if (this.#closed || at >= this.#timerAt) return;
    const { clock } = this.#options;
    this.#cancelTimer?.();
    this.#timerAt = at;
    const ms = Math.min(MAX_TIMER_MS, Math.max(0, at - clock.now()));
    this.#cancelTimer = clock.after(ms, () => this.#look());
  }

  #look(): void {
    this.#cancelTimer?.();
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#options.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [key, due] of this.#due)
      if (due.at > now) next = Math.min(next, due.at);
      else {
        this.#due.delete(key);
        void this.#expire(due);
      }
    this.#wakeAt(next);
  }

  /** What has been answered by now changes nothing. */
  async #expire(due: Due): Promise<void> {
    const { ledger, clock, logger } = this.#options;
    const { agentId, callId } = due;
    try {
      await ledger.execute(agentId, [{ type: "question.expire", callId }]);
    } catch (error) {
      if (this.#closed) return;
      logger.warn({ agentId, reason: messageOf(error) }, "expiry not recorded, tried again");
      this.#add({ ...due, at: clock.now() + RETRY_MS });
    }
  }
}
