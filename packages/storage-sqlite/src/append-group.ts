import { ColonyError, messageOf, type Append, type ColonyEvent, type NewEvent } from "@colony/core";

/** One commit takes appends until it has this many events, and leaves the rest to the next. */
const LARGEST_GROUP = 1_000;

/** What an append was recorded as, or why it could not be. */
export type Outcome = readonly ColonyEvent[] | NotStored;

/** Why an append has left no trace. */
export class NotStored {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Appends that share a commit. */
export class AppendGroup {
  readonly appends: Append[] = [];
  /** For each append, the data of its events as JSON. */
  readonly json: (readonly string[])[] = [];
  /** One for each append, once the group is settled. */
  outcomes: readonly Outcome[] = [];
  readonly #settled = Promise.withResolvers<void>();
  #events = 0;

  get events(): number {
    return this.#events;
  }

  get isFull(): boolean {
    return this.#events >= LARGEST_GROUP;
  }

  /** Resolves once the group is settled. */
  add(append: Append, json: readonly string[]): Promise<readonly ColonyEvent[]> {
    this.json.push(json);
    const place = this.appends.push(append) - 1;
    this.#events += append.events.length;
    return this.#settled.promise.then(() => this.#eventsAt(place));
  }

  /** What became of the appends is known, in their order. */
  settle(outcomes: readonly Outcome[]): void {
    this.outcomes = outcomes;
    this.#settled.resolve();
  }

  #eventsAt(place: number): readonly ColonyEvent[] {
    const outcome = this.outcomes[place];
    if (outcome === undefined || outcome instanceof NotStored) throw outcome?.error;
    return outcome;
  }
}

/** The data of an append's events as JSON: what cannot be stored fails before it joins others. Throws `usage.invalid`. */
export function jsonOf(append: Append): readonly string[] {
  if (!Number.isFinite(append.at))
    throw notStorable(append, `its time ${append.at} is not a number of milliseconds`);
  if (!append.agentId.isWellFormed())
    throw notStorable(append, "its agent id holds half of a surrogate pair");
  return append.events.map((event, index) => {
    if (!hasWellFormedIds(event, append.events[index - 1]))
      throw notStorable(append, `an id of its ${event.type} holds half of a surrogate pair`);
    try {
      return JSON.stringify(event.data);
    } catch (cause) {
      throw notStorable(append, `the data of its ${event.type} is not JSON (${messageOf(cause)})`, cause);
    }
  });
}

/** Most events of an append have the ids of the one before. */
function hasWellFormedIds(event: NewEvent, before: NewEvent | undefined): boolean {
  const { executionId, correlationId, causationId } = event;
  return (
    (executionId === undefined || executionId === before?.executionId || executionId.isWellFormed()) &&
    (correlationId === undefined ||
      correlationId === before?.correlationId ||
      correlationId.isWellFormed()) &&
    (causationId === undefined || causationId.isWellFormed())
  );
}

function notStorable({ agentId }: Append, why: string, cause?: unknown): ColonyError {
  const message = `an append to "${agentId}" cannot be stored: ${why}; nothing was written`;
  return new ColonyError("usage.invalid", message, { cause });
}
