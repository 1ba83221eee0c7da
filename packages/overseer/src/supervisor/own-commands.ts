import { messageOf, type Clock, type Logger } from "@colony/core";
import { isStorageFault } from "@colony/eventbus";

/** How long a command of our own that could not be written waits before it is tried again. Milliseconds. */
const RETRY_MS = 1_000;

interface OwnCommandsOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** One of them is done, or waits to be tried again. */
  readonly onSettled: () => void;
}

/** What a supervisor itself has to record. What cannot be written is tried again until it can. */
export class OwnCommands {
  readonly #options: OwnCommandsOptions;
  readonly #retries = new Set<() => void>();
  #underWay = 0;
  #closed = false;

  constructor(options: OwnCommandsOptions) {
    this.#options = options;
  }

  /** Whether any is not recorded yet. */
  get areLeft(): boolean {
    return this.#underWay + this.#retries.size > 0;
  }

  give(command: () => Promise<unknown>): void {
    this.#underWay += 1;
    command()
      .catch((error: unknown) => {
        if (!this.#closed) this.#tryLater(command, error);
      })
      .finally(() => {
        this.#underWay -= 1;
        this.#options.onSettled();
      });
  }

  /** Tries nothing again. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#retries) cancel();
  }

  /** What the store refuses the ledger has said already, once for all. */
  #tryLater(command: () => Promise<unknown>, error: unknown): void {
    const { clock, logger } = this.#options;
    if (!isStorageFault(error)) logger.error({ reason: messageOf(error) }, "supervisor command failed");
    const cancel = clock.after(RETRY_MS, () => {
      this.#retries.delete(cancel);
      this.give(command);
    });
    this.#retries.add(cancel);
  }
}
