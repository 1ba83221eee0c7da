/** Time, as everything in Colony is told it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after that many milliseconds; rejects with the signal's reason when aborted. */
  sleep(ms: number, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Calls back once at or after that many milliseconds in which the process could work. Returns the way to call it off. */
  after(ms: number, callback: () => void): () => void;
  /**
   * Calls back when the process has been held up, with for how long by `now()`: the machine slept, the process was
   * stopped, or the clock was set forward; with how much it was set back, below zero. Whoever asks what time it is afterwards has been told before. Absent: it never is. Returns the way to stop.
   */
  onHeldUp?(listener: (ms: number) => void): () => void;
}
