/** What `fetch` rejects with where no answer came. */
export function fetchFailed(cause: unknown): TypeError {
  return new TypeError("fetch failed", { cause });
}

/** What the body of an answer that breaks off ends with. */
export function terminated(cause: unknown): TypeError {
  return new TypeError("terminated", { cause });
}

/** What the body of an answer that does not come to its end is broken off with. */
export function tooLong(mostBytes: number): Error {
  return new Error(`the answer is longer than ${mostBytes} bytes`);
}
