import type { CallId, ConversationEntry, ToolCallState } from "@colony/core";

/** What every provider takes back as the name of a tool. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** The same for the id of a call: OpenAI takes 40 characters at most. */
const CALL_ID = /^[A-Za-z0-9_-]{1,40}$/;

const LONGEST_NAME = 64;
const LONGEST_CALL_ID = 40;

const UNFIT = /[^A-Za-z0-9_-]/gu;

/** A call as a provider is told of it. */
type Named = Pick<ToolCallState, "callId" | "name">;

/**
 * The names and ids of calls as providers take them back; undefined where all of a conversation are so already. Models make
 * tools up (`functions.look`), and some servers give ids that others refuse (`functions.look:0`): said again as it was, one
 * such call would have every later request refused.
 */
export function fittingNames(conversation: readonly ConversationEntry[]): FittingNames | undefined {
  let known: string | undefined;
  for (const entry of conversation) {
    if (entry.role === "user") continue;
    for (const { callId, name } of entry.calls) {
      if (!CALL_ID.test(callId)) return new FittingNames(conversation);
      if (name === known) continue;
      if (!NAME.test(name)) return new FittingNames(conversation);
      known = name;
    }
  }
  return undefined;
}

/**
 * What fits stays as it is. The rest is replaced by what follows from it and from the calls before it, so that it is the same in
 * every later prompt.
 */
export class FittingNames {
  readonly #ids: ReadonlyMap<CallId, string>;

  constructor(conversation: readonly ConversationEntry[]) {
    this.#ids = fittingIds(conversation);
  }

  idOf({ callId }: Named): string {
    return this.#ids.get(callId) ?? callId;
  }

  nameOf({ name }: Named): string {
    return NAME.test(name) ? name : fitting(name, LONGEST_NAME, "tool");
  }
}

function fittingIds(conversation: readonly ConversationEntry[]): ReadonlyMap<CallId, string> {
  const ids = new Map<CallId, string>();
  const taken = new Set<string>();
  /** The number that the latest new name of an id ends in. */
  const repeats = new Map<string, number>();
  const free = (id: string): string => {
    let fresh = id;
    for (let number = repeats.get(id) ?? 2; taken.has(fresh); number += 1) {
      const suffix = `_${number}`;
      fresh = `${id.slice(0, LONGEST_CALL_ID - suffix.length)}${suffix}`;
      repeats.set(id, number + 1);
    }
    taken.add(fresh);
    return fresh;
  };
  for (const entry of conversation)
    if (entry.role === "assistant")
      for (const { callId } of entry.calls)
        if (!ids.has(callId)) ids.set(callId, free(fitting(callId, LONGEST_CALL_ID, "call")));
  return ids;
}

/** What fits comes back as it is. */
function fitting(text: string, longest: number, empty: string): string {
  return text.slice(0, longest).replaceAll(UNFIT, "_") || empty;
}
