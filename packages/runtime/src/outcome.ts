import { ColonyError, type EventType } from "@colony/core";
import type { EventBus } from "@colony/eventbus";
import type { InputOutcome } from "./colony.ts";
import { InputStory, TOLD_BY, type StoryOf } from "./input-story.ts";

/** What an input's outcome is found out from. */
export interface OutcomeDeps {
  readonly bus: EventBus;
  /** Throws `colony.closed` once the colony is. */
  readonly mustBeOpen: () => void;
}

/** Which input, and from where its story is read. */
export interface OutcomeOf extends StoryOf {
  /** A seq before it was received. */
  readonly after: number;
}

const TYPES: readonly EventType[] = TOLD_BY;

/**
 * Reads an input's story from the log, and on as it happens, until nothing that the input set going is left. That moment
 * is a place in the log, so the outcome is the same whether one asks before, during or long after.
 */
export async function outcomeOf(
  { bus, mustBeOpen }: OutcomeDeps,
  input: OutcomeOf,
  signal?: AbortSignal,
): Promise<InputOutcome> {
  mustBeOpen();
  const story = new InputStory(input);
  const from = { after: input.after, query: { types: TYPES } };
  for await (const event of bus.feed(signal === undefined ? from : { ...from, signal })) {
    story.take(event);
    const outcome = story.outcome();
    if (outcome !== undefined) return outcome;
  }
  throw signal?.aborted === true
    ? new ColonyError("wait.aborted", `waiting for the outcome of input "${input.inputId}" was called off`)
    : new ColonyError(
        "colony.closed",
        `the colony was closed before input "${input.inputId}" came to its end`,
      );
}
