/** Time, as everything in Colony is told it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after that many milliseconds; rejects with the signal's reason when aborted. */
  sleep(ms: number, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Calls back once at or after that many milliseconds. Returns the way to call it off. */
  after(ms: number, callback: () => void): () => void;
}
