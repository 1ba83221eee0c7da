import { ColonyError, messageOf, type AgentId, type Clock, type Logger } from "@colony/core";
import { isStorageFault, type Ledger } from "@colony/eventbus";

/** A stop or a cancel, and how it is recorded. */
export interface Stop {
  /** What is stopped, in words; the same words are the same stop. */
  readonly words: string;
  readonly agents: readonly AgentId[];
  /** Whether nothing at all may begin before it is recorded. */
  readonly ofEverything?: true;
  /** Records it as durable intent. Asked again until the log takes it. */
  record(): Promise<void>;
}

interface KeptStopsOptions {
  readonly ledger: Pick<Ledger, "storage">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Aborts what an agent does, and begins nothing of it until what is returned is called. */
  readonly hold: (agentId: AgentId) => () => void;
  /** What these do, or the end of it, may go on. */
  readonly onFree: (agents: readonly AgentId[]) => void;
}

/** How long a stop that could not be recorded waits before it is tried again. Milliseconds. */
const RETRY_MS = 1_000;

/**
 * Stops that the log refuses for now. What runs here is aborted at once all the same, and nothing begins in its place. Each
 * is recorded as soon as the log takes it; a process that ends before has not been told anything (ADR 21).
 */
export class KeptStops {
  readonly #options: KeptStopsOptions;
  readonly #kept = new Map<string, Stop>();
  readonly #held = new Map<AgentId, () => void>();
  readonly #leave: () => void;
  #recording: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: KeptStopsOptions) {
    this.#options = options;
    const changes = options.ledger.storage.changes$.subscribe(({ status }) => {
      if (status === "writable") this.#tryNow();
    });
    this.#leave = () => changes.unsubscribe();
  }

  /** Whether any is not recorded yet. */
  get areLeft(): boolean {
    return this.#kept.size > 0;
  }

  /** Whether everything is stopped. */
  get isShut(): boolean {
    for (const { ofEverything } of this.#kept.values()) if (ofEverything === true) return true;
    return false;
  }

  /** Whether the agent is called off. */
  has(agentId: AgentId): boolean {
    return this.#held.has(agentId);
  }

  /** Records a stop. Throws what the log refuses it with: then it is kept, and what it stops here is aborted. */
  async take(stop: Stop): Promise<void> {
    try {
      await stop.record();
    } catch (error) {
      if (!isStorageFault(error) || this.#closed) throw error;
      this.#keep(stop);
      throw new ColonyError(
        error.code,
        `${stop.words} was called off here at once, but that could not be stored: ${error.message} It is stored as soon as the log can be written, and nothing of it begins before; should this process end first, it goes on when the colony is next opened.`,
        { cause: error, details: { ...error.details, kept: true } },
      );
    }
  }

  /** Records what is kept, before whatever is said after it. Rejects where the log refuses it still. */
  async settle(): Promise<void> {
    while (this.areLeft) {
      this.#recording ??= this.#recordAll().finally(() => {
        this.#recording = undefined;
      });
      await this.#recording;
    }
  }

  /** Tries once more, and then no more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#leave();
    this.#cancelRetry?.();
    // Whoever asked for the stop was told that it is not stored; a close cannot do more than try.
    await this.settle().catch(() => undefined);
    // Whoever was held takes its leave as everybody does.
    this.#kept.clear();
  }

  #keep(stop: Stop): void {
    if (!this.#kept.has(stop.words)) this.#kept.set(stop.words, stop);
    for (const id of stop.agents) if (!this.#held.has(id)) this.#held.set(id, this.#options.hold(id));
    this.#tryLater();
  }

  async #recordAll(): Promise<void> {
    for (const [words, stop] of this.#kept) {
      await stop.record();
      this.#kept.delete(words);
      this.#free(stop);
    }
  }

  /** What another stop holds as well stays as it is. */
  #free({ agents }: Stop): void {
    const others = new Set([...this.#kept.values()].flatMap((stop) => stop.agents));
    const free = agents.filter((id) => !others.has(id));
    for (const id of free) {
      this.#held.get(id)?.();
      this.#held.delete(id);
    }
    this.#options.onFree(free);
  }

  #tryNow(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.settle().catch((error: unknown) => {
      const { logger } = this.#options;
      if (!isStorageFault(error) && !this.#closed)
        logger.error({ reason: messageOf(error) }, "stop not recorded, trying again");
      this.#tryLater();
    });
  }

  #tryLater(): void {
    if (this.#closed || !this.areLeft) return;
    this.#cancelRetry ??= this.#options.clock.after(RETRY_MS, () => this.#tryNow());
  }
}
