import { ColonyError, messageOf, type Append, type ColonyEvent, type NewEvent } from "@colony/core";

/** One commit takes appends until it has this many events, and leaves the rest to the next. */
const LARGEST_GROUP = 1_000;

/** What an append was recorded as, or why it could not be. */
export type Outcome = readonly ColonyEvent[] | NotStored;

/** Why an append has left no trace that is seen here. */
export class NotStored {
  readonly error: unknown;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** An append that is known to be storable. A class, and no list here is a literal: what is made old at once keeps alive what it holds (ADR 44). */
export class PreparedAppend {
  readonly append: Append;
  /** The data of each of its events as JSON. */
  readonly json: readonly string[];

  constructor(append: Append, json: readonly string[]) {
    this.append = append;
    this.json = json;
  }
}

const NONE: readonly Outcome[] = [];

/** Appends that share a commit. */
export class AppendGroup {
  readonly appends = Array.of<PreparedAppend>();
  /** One for each append, once the group is settled. */
  outcomes: readonly Outcome[] = NONE;
  readonly #settled = Promise.withResolvers<void>();
  #events = 0;

  get events(): number {
    return this.#events;
  }

  get isFull(): boolean {
    return this.#events >= LARGEST_GROUP;
  }

  /** Resolves once the group is settled. */
  add(prepared: PreparedAppend): Promise<readonly ColonyEvent[]> {
    const place = this.appends.push(prepared) - 1;
    this.#events += prepared.json.length;
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

/** Checks an append before it joins others, so that it fails alone. Throws `usage.invalid`. */
export function prepareAppend(append: Append): PreparedAppend {
  if (!Number.isFinite(append.at))
    throw notStorable(append, `its time ${append.at} is not a number of milliseconds`);
  if (!append.agentId.isWellFormed())
    throw notStorable(append, "its agent id holds half of a surrogate pair");
  const json = Array.of<string>();
  let before: NewEvent | undefined;
  for (const event of append.events) {
    if (!hasWellFormedIds(event, before))
      throw notStorable(append, `an id of its ${event.type} holds half of a surrogate pair`);
    json.push(jsonOf(event, append));
    before = event;
  }
  return new PreparedAppend(append, json);
}

function jsonOf(event: NewEvent, append: Append): string {
  try {
    return JSON.stringify(event.data);
  } catch (cause) {
    throw notStorable(append, `the data of its ${event.type} is not JSON (${messageOf(cause)})`, cause);
  }
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
