import { nearest } from "@colony/core";

/** `; did you mean "workers"?`, or nothing where nothing is near. */
export function suggestion(typed: string, words: readonly string[]): string {
  const word = nearest(typed, words);
  return word === undefined ? "" : `; did you mean "${word}"?`;
}
