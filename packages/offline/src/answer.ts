/** A tool call that the rules decided on. */
interface CallWanted {
  readonly name: string;
  readonly input: unknown;
}

/** What the rules answer to a conversation: words, and tool calls unless it is the last word of the turn. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly CallWanted[];
}

/** An answer that ends the turn. */
export function say(text: string): Answer {
  return { text, calls: [] };
}

/** An answer that calls one tool. */
export function call(name: string, input: unknown, text = ""): Answer {
  return { text, calls: [{ name, input }] };
}
