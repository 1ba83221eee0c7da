import {
  messageOf,
  type AgentId,
  type CallId,
  type Clock,
  type Draft,
  type DraftStore,
  type Logger,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";

/** The longest that what an answer has said is not written. Milliseconds. */
const EVERY_MS = 1_000;
/** Drafts that are due so soon after each other are written together. An answer that takes three quarters of a second may never be. */
const TOGETHER_MS = 250;

/** What keeping drafts works with. */
export interface DraftKeeperOptions {
  /** Absent: nothing is kept, for a colony that ends with its process. */
  readonly store: DraftStore | undefined;
  readonly ledger: Pick<Ledger, "peek">;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Answer {
  readonly text: string;
}

interface Watched {
  readonly agentId: AgentId;
  readonly answer: Answer;
  /** When it has to be written. */
  dueAt: number;
  /** Characters that are kept of it; answers only grow. */
  kept: number;
}

/**
 * Keeps what model calls under way have said, each once a second and most of them in one write, so that what people saw
 * before a crash, all but its last second, is still there after it. Whether a draft says anything is told by the log: it does while its call has no
 * outcome. A draft that cannot be written is a draft that is not there, and nothing else.
 */
export class DraftKeeper {
  readonly #options: DraftKeeperOptions;
  readonly #watched = new Map<CallId, Watched>();
  /** The rows in the store. */
  readonly #rows = new Map<AgentId, Pick<Draft, "callId" | "text">>();
  /** What this host leaves to the next. */
  readonly #left: Draft[] = [];
  /** Agents whose row may have had its day. */
  readonly #done = new Set<AgentId>();
  #cancelTimer: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(options: DraftKeeperOptions) {
    this.#options = options;
  }

  /** Reads what an earlier host has left, and forgets what says nothing any more. */
  async takeUp(): Promise<void> {
    const { store, logger } = this.#options;
    try {
      for (const { agentId, callId, text } of (await store?.list()) ?? []) {
        this.#rows.set(agentId, { callId, text });
        if (!this.#isOpen(agentId, callId)) this.#done.add(agentId);
      }
      if (this.#done.size > 0) await this.#write([]);
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, "drafts of an earlier host not read");
    }
  }

  /** What an earlier host had heard of a call before it died; undefined where nothing is known of that. */
  leftOf(agentId: AgentId, callId: CallId): string | undefined {
    const row = this.#rows.get(agentId);
    if (row?.callId !== callId) return undefined;
    this.#done.add(agentId);
    this.#setTimer();
    return row.text;
  }

  /** An answer has begun. Its text is looked at when it is time to write it, so its pieces cost nothing here. */
  begin(agentId: AgentId, callId: CallId, answer: Answer): void {
    if (this.#options.store === undefined) return;
    this.#watched.set(callId, { agentId, answer, dueAt: this.#options.clock.now() + EVERY_MS, kept: 0 });
    this.#setTimer();
  }

  /** The call has come back. What is kept of it stays until its outcome is recorded. */
  end(agentId: AgentId, callId: CallId): void {
    if (this.#watched.size === 0 || !this.#watched.delete(callId)) return;
    if (this.#rows.get(agentId)?.callId === callId) this.#done.add(agentId);
    if (this.#watched.size + this.#done.size === 0) this.#stopTimer();
  }

  /** This host leaves the call to the next one: what it has said is written when the colony is closed, however short it was. */
  leave(agentId: AgentId, callId: CallId): void {
    const text = this.#watched.get(callId)?.answer.text ?? "";
    if (text !== "") this.#left.push({ agentId, callId, text });
  }

  /** Writes what is left to the next host. */
  async close(): Promise<void> {
    this.#stopTimer();
    await this.#writing;
    await this.#write(this.#left.splice(0));
  }

  /** One that is set already comes no later: what is watched now is due last. */
  #setTimer(inMs = EVERY_MS): void {
    this.#cancelTimer ??= this.#options.clock.after(inMs, () => {
      this.#cancelTimer = undefined;
      this.#writing = this.#write(this.#due(this.#options.clock.now())).then(() => {
        if (this.#watched.size + this.#done.size > 0) this.#setTimer(this.#untilDue());
        return undefined;
      });
    });
  }

  #untilDue(): number {
    const now = this.#options.clock.now();
    let inMs = EVERY_MS;
    for (const { dueAt } of this.#watched.values()) inMs = Math.min(inMs, dueAt - now);
    return Math.max(inMs, TOGETHER_MS);
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Drafts that are due, or soon will be, and have said more since they were last written. */
  #due(now: number): readonly Draft[] {
    const drafts: Draft[] = [];
    for (const [callId, watched] of this.#watched) {
      if (watched.dueAt > now + TOGETHER_MS) continue;
      const { agentId, answer, kept } = watched;
      watched.dueAt = now + EVERY_MS;
      if (!this.#isOpen(agentId, callId)) this.end(agentId, callId);
      else {
        const { text } = answer;
        if (text.length > kept) drafts.push({ agentId, callId, text });
      }
    }
    return drafts;
  }

  /** Never rejects. */
  async #write(keep: readonly Draft[]): Promise<void> {
    const { store, logger } = this.#options;
    const kept = new Set(keep.map(({ agentId }) => agentId));
    const forget = [...this.#done].filter((id) => !kept.has(id) && !this.#saysSomething(id));
    if (store === undefined || keep.length + forget.length === 0) return;
    try {
      await store.change({ keep, forget });
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) logger.warn({ reason: messageOf(error) }, "drafts of answers not kept");
      this.#failing = true;
      return;
    }
    for (const { agentId, callId, text } of keep) {
      this.#rows.set(agentId, { callId, text: "" });
      this.#done.delete(agentId);
      const watched = this.#watched.get(callId);
      if (watched === undefined) this.#done.add(agentId);
      else watched.kept = text.length;
    }
    for (const agentId of forget) {
      this.#rows.delete(agentId);
      this.#done.delete(agentId);
    }
  }

  #saysSomething(agentId: AgentId): boolean {
    const row = this.#rows.get(agentId);
    return row !== undefined && this.#isOpen(agentId, row.callId);
  }

  #isOpen(agentId: AgentId, callId: CallId): boolean {
    return this.#options.ledger.peek(agentId)?.execution?.modelCall?.callId === callId;
  }
}
