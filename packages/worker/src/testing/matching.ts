import { expect } from "vitest";

/** A text that holds this one, for use inside of an expected object. */
export const containing = (text: string): unknown => expect.stringContaining(text);

/** A text that these words match, for use inside of an expected object. */
export const matching = (words: RegExp): unknown => expect.stringMatching(words);
