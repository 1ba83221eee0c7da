import type { Clock } from "@colony/core";
import type { ModelTimeouts } from "./timeouts.ts";

/** Before all times. A time like any other, so that to note one costs nothing. */
const UNHEARD = Number.NEGATIVE_INFINITY;

/** What a stream whose answer is complete is given to end by itself. */
const TO_THE_END: ModelTimeouts = { firstTokenMs: 1_000, idleMs: 1_000 };

/** What a timer may be late by where nothing but work holds up its process. Milliseconds. */
const LATE_MS = 4_000;

/** Told of a model that has kept silent for too long. */
interface SilenceListener {
  onSilence(): void;
}

/**
 * Notices a model that keeps silent for too long. One timer serves for all the pieces of an answer: when it is due it
 * looks back at the last one, and waits for what is left. A model is not silent while nobody could hear it.
 */
export class Watch {
  readonly #clock: Clock;
  #timeouts: ModelTimeouts;
  readonly #listener: SilenceListener;
  #cancelTimer: () => void;
  /** When it was heard of while the timer ran; `UNHEARD` where it was not. */
  #heardAt = UNHEARD;
  #hasSpoken = false;
  /** How long it had been silent when the timer was set. */
  #silentMs = 0;

  constructor(clock: Clock, timeouts: ModelTimeouts, listener: SilenceListener) {
    this.#clock = clock;
    this.#timeouts = timeouts;
    this.#listener = listener;
    this.#cancelTimer = this.#wait(Math.min(timeouts.firstTokenMs, timeouts.idleMs));
  }

  /** A piece has come that says something, in words or otherwise. */
  heard(at: number, has: "words" | "none"): void {
    this.#heardAt = at;
    this.#hasSpoken ||= has === "words";
  }

  /** Everything has been said, and only the end of it is waited for. */
  expectEnd(): void {
    this.#timeouts = TO_THE_END;
    this.#heardAt = UNHEARD;
    this.#silentMs = 0;
    this.#cancelTimer();
    this.#cancelTimer = this.#wait(TO_THE_END.idleMs);
  }

  end(): void {
    this.#cancelTimer();
  }

  #wait(ms: number): () => void {
    return this.#clock.after(ms, () => this.#look(ms));
  }

  #look(waitedMs: number): void {
    const heardAt = this.#heardAt;
    this.#heardAt = UNHEARD;
    this.#silentMs =
      heardAt === UNHEARD
        ? this.#silentMs + waitedMs
        : silenceSince(Math.max(0, this.#clock.now() - heardAt), waitedMs);
    const leftMs = (this.#hasSpoken ? this.#timeouts.idleMs : this.#timeouts.firstTokenMs) - this.#silentMs;
    if (leftMs > 0) this.#cancelTimer = this.#wait(leftMs);
    else this.#listener.onSilence();
  }
}

/** Longer ago than the timer has run: its machine slept meanwhile, and patience begins anew. */
function silenceSince(sinceMs: number, waitedMs: number): number {
  return sinceMs > waitedMs + LATE_MS ? 0 : Math.min(waitedMs, sinceMs);
}
