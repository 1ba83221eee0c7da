import { ColonyError, loadedPart, messageOf } from "@colony/core";
import { isStorageFault } from "@colony/eventbus";
import type { Letter, Letterbox } from "@colony/storage-sqlite";
import type { DoingOptions } from "./letter-doing.ts";

interface TakingOptions extends DoingOptions {
  readonly letters: Letterbox;
  /** Told when another process has taken the folder over. */
  readonly onTakenOver: () => void;
}

/** Errors that say nothing about the letter: it waits, for us or for the next host. */
const NOT_NOW: ReadonlySet<string> = new Set([
  "log.write_failed",
  "log.conflict",
  "log.closed",
  "log.gone",
  "colony.closed",
  "install.incomplete",
]);

/** How long a letter waits after it could not be taken. Milliseconds. */
const RETRY_MS = 1_000;

/**
 * Does what other processes have asked for, in the order in which they have: each letter becomes events and then leaves
 * the box. A host that is killed in between leaves it to the next one, for whom it is nothing new.
 */
export class LetterTaking {
  readonly #options: TakingOptions;
  #leave: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #taking: Promise<void> | undefined;
  #news = false;
  /** Done, or refused, and perhaps still in the box: it is not done again, whatever has happened since. */
  #done: string | undefined;
  readonly #stopping = new AbortController();

  constructor(options: TakingOptions) {
    this.#options = options;
  }

  /** Takes what was left while nobody had the colony open, and from now on whatever comes. */
  async start(): Promise<void> {
    const { letters, onTakenOver } = this.#options;
    this.#leave = letters.onPosted(() => (letters.isOurs() ? void this.#takeAll() : onTakenOver()));
    await this.#takeAll();
  }

  /** What has not been taken waits for the next host. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#leave?.();
    this.#cancelRetry?.();
    await this.#taking;
  }

  #takeAll(): Promise<void> {
    this.#news = true;
    this.#taking ??= this.#run().finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  async #run(): Promise<void> {
    try {
      while (this.#news) {
        this.#news = false;
        for (const letter of this.#options.letters.waiting())
          if (!this.#stopping.signal.aborted) {
            await this.#take(letter);
            this.#news = true;
          }
        this.#news &&= !this.#stopping.signal.aborted;
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#tryLater(error);
    }
  }

  async #take(letter: Letter): Promise<void> {
    const { ledger, letters } = this.#options;
    if (letter.id !== this.#done && letter.id !== ledger.colony.letter) await this.#do(letter);
    this.#done = letter.id;
    await letters.remove(letter.id);
  }

  async #do({ id, body }: Letter): Promise<void> {
    const { ledger, logger } = this.#options;
    try {
      const { doLetter } = await loadedPart(import("./letter-doing.ts"));
      await doLetter(this.#options, body, id);
    } catch (error) {
      if (error instanceof ColonyError && NOT_NOW.has(error.code)) throw error;
      logger.warn({ letterId: id, reason: messageOf(error) }, "letter refused");
      const code = error instanceof ColonyError ? error.code : "usage.invalid";
      await ledger.executeColony({ type: "letter.refuse", letterId: id, code, message: messageOf(error) });
    }
  }

  #tryLater(error: unknown): void {
    const { clock, logger } = this.#options;
    // What the store refuses the ledger has said already.
    if (!isStorageFault(error)) logger.warn({ reason: messageOf(error) }, "letters not taken, trying again");
    this.#cancelRetry = clock.after(RETRY_MS, () => void this.#takeAll());
  }
}
