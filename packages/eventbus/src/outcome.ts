import type { AgentState, ColonyEvent, Refusal } from "@colony/core";
import type { DecideOptions } from "./agent-stream.ts";

/** What became of commands: the events they were recorded as, or why they were refused. */
export type Outcome = Recorded | { readonly ok: false; readonly refusal: Refusal };

/** Commands that were recorded. A class for the reason of `Writing`. */
export class Recorded {
  readonly ok = true;
  readonly events: readonly ColonyEvent[];
  /** The agent's durable state. */
  readonly state: AgentState | undefined;

  constructor(events: readonly ColonyEvent[], state: AgentState | undefined) {
    this.events = events;
    this.state = state;
  }
}

/** What is to be recorded for one who is called back with what has come of it, once. */
export interface Recording extends DecideOptions {
  /** Not to throw. The outcome's state is the agent's of this moment. */
  onOutcome(outcome: Outcome): void;
  /** It could not be written. */
  onFailure(error: unknown): void;
}

/** Calls back with an outcome once it is there. */
export function tellLater(outcome: Promise<Outcome>, recording: Recording): void {
  outcome.then(
    (come) => recording.onOutcome(come),
    (error: unknown) => recording.onFailure(error),
  );
}

/** What was thrown, as a rejection. */
export async function rejected(error: unknown): Promise<never> {
  throw error;
}
