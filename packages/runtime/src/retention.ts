import { loadedPart, messageOf, type Clock, type Logger } from "@colony/core";
import { pruningOf } from "./prunable-log.ts";
import type * as RetentionPruning from "./retention-pruning.ts";
import type { PruneSize, PruningDeps } from "./retention-pruning.ts";

/** What is kept of those that have ended, and for how long. */
export interface RetentionOptions {
  /** How long after its close a worker's conversation and work are kept in any case; default `limits.retentionMs`. Milliseconds. */
  readonly keepMs?: number;
  /**
   * `never` (default): everything is kept until somebody calls `prune`. `events`: what is not kept any longer is removed by
   * itself, when the colony is opened and about every hour. Reports, totals and who there was stay.
   */
  readonly prune?: "never" | "events";
}

/** The shortest and the longest time between two looks. Milliseconds. */
const [LEAST_MS, MOST_MS] = [60_000, 3_600_000];

interface KeepingOptions extends PruningDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keepMs: number;
  readonly prune: "never" | "events";
}

/** Sees to it that nothing is kept longer than it is to be. One pruning at a time. */
export class Retention {
  readonly #options: KeepingOptions;
  #cancel: (() => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Throws `settings.invalid` where the store cannot do what is wanted. */
  constructor(options: KeepingOptions) {
    this.#options = options;
    if (options.prune === "events") pruningOf(options);
  }

  /** Finishes what an earlier host has begun, and prunes now and from time to time where that is wanted. Nobody waits for it. */
  start(): void {
    const { prune, ledger } = this.#options;
    if (prune === "events") this.#look();
    else if ((ledger.colony.pruned ?? []).length > 0)
      void this.#inTurn(() => this.#finish()).catch(this.#failed);
  }

  /** What `prune` would remove now. */
  async weigh(olderThanMs = this.#options.keepMs): Promise<PruneSize> {
    const { weighHistories } = await loadPruning();
    return await weighHistories(this.#options, this.#before(olderThanMs));
  }

  /** Prunes now, whatever the policy is. */
  async prune(olderThanMs = this.#options.keepMs): Promise<PruneSize> {
    return await this.#inTurn(async () => {
      const { pruneHistories } = await loadPruning();
      return await pruneHistories(this.#options, this.#before(olderThanMs), this.#mayGoOn);
    });
  }

  /** What has been begun is left at a place where the next host goes on with it. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel?.();
    await this.#last.catch(() => undefined);
  }

  async #finish(): Promise<void> {
    const { finishPruning } = await loadPruning();
    await finishPruning(this.#options, this.#mayGoOn);
  }

  readonly #mayGoOn = (): boolean => !this.#closed;

  readonly #failed = (error: unknown): void => {
    if (!this.#closed) this.#options.logger.warn({ reason: messageOf(error) }, "histories not pruned");
  };

  #look(): void {
    const { clock, keepMs } = this.#options;
    const again = (): void => {
      if (!this.#closed)
        this.#cancel = clock.after(Math.min(Math.max(keepMs, LEAST_MS), MOST_MS), () => this.#look());
    };
    void this.prune().catch(this.#failed).then(again);
  }

  #before(olderThanMs: number): number {
    return this.#options.clock.now() - olderThanMs;
  }

  #inTurn<Value>(body: () => Promise<Value>): Promise<Value> {
    const turn = this.#last.then(body, body);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Few colonies ever prune. */
function loadPruning(): Promise<typeof RetentionPruning> {
  return loadedPart(import("./retention-pruning.ts"));
}
