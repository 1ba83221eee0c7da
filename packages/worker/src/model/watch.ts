import type { Clock } from "@colony/core";
import type { ModelTimeouts } from "./timeouts.ts";

/**
 * Notices a model that keeps silent for too long. One timer serves for all the pieces of an answer: when it is due it
 * looks back at the last one, and waits for what is left. Time in which the whole machine slept counts as one such wait.
 */
export class Watch {
  readonly #clock: Clock;
  readonly #timeouts: ModelTimeouts;
  readonly #onSilence: () => void;
  #cancelTimer: () => void;
  /** When it was heard of while the timer ran. */
  #heardAt: number | undefined;
  #hasSpoken = false;
  /** How long it had been silent when the timer was set. */
  #silentMs = 0;

  constructor(clock: Clock, timeouts: ModelTimeouts, onSilence: () => void) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#onSilence = onSilence;
    this.#cancelTimer = this.#wait(Math.min(timeouts.firstTokenMs, timeouts.idleMs));
  }

  /** A piece has come, with or without something to tell. */
  heard(at: number, has: "words" | "none"): void {
    this.#heardAt = at;
    this.#hasSpoken ||= has === "words";
  }

  end(): void {
    this.#cancelTimer();
  }

  #wait(ms: number): () => void {
    return this.#clock.after(ms, () => this.#look(ms));
  }

  #look(waitedMs: number): void {
    const heardAt = this.#heardAt;
    this.#heardAt = undefined;
    this.#silentMs =
      heardAt === undefined
        ? this.#silentMs + waitedMs
        : Math.min(waitedMs, Math.max(0, this.#clock.now() - heardAt));
    const leftMs = (this.#hasSpoken ? this.#timeouts.idleMs : this.#timeouts.firstTokenMs) - this.#silentMs;
    if (leftMs > 0) this.#cancelTimer = this.#wait(leftMs);
    else this.#onSilence();
  }
}
