import type { TriggerState } from "@colony/core";
import type { TriggerOptions } from "@colony/overseer";
import type { Receipt } from "../colony.ts";
import type { Sent } from "../sender.ts";

/** What sends agents inputs by itself: at the times of a schedule, once, or when a webhook is called. */
export interface ColonyTriggers {
  /**
   * Sets one. The same once more is nothing new and leaves its due times as they are, so a program may set its triggers at
   * each start. Throws `trigger.invalid`, `trigger.exists`, `agent.not_found` and `agent.closed`.
   */
  set(options: TriggerOptions): Promise<SetTrigger>;
  /** All that there are, in the order in which they were set. One that was to fire once is gone when it has. */
  list(): readonly Trigger[];
  /** Takes one away; what it has sent stays with its agent. Throws `trigger.not_found`. */
  remove(id: string): Promise<void>;
  /**
   * Sends its input now, whatever its schedule says, which goes on as it was. Resolved means durable. Throws
   * `trigger.not_found`, `trigger.invalid`, `agent.closed`, and `input.key_conflict` for a key that came with another body.
   */
  fire(id: string, options?: FireOptions): Promise<FiredReceipt>;
}

/** A trigger as it stands: what it was set with, when it comes due next, what has become of it so far. */
export type Trigger = TriggerState;

/** A trigger that has been set. */
export interface SetTrigger {
  readonly trigger: Trigger;
  /** Of a webhook, where it was made or given just now; it is told this once, and kept nowhere. */
  readonly token?: string;
}

/** How a trigger is fired. */
export interface FireOptions {
  /**
   * What came with the call, wherever it came from: with this member there, whatever its value, a webhook is fired only where
   * it is the webhook's token, and `trigger.not_found` says nothing more. Left out by who may fire anything: a program, a person.
   */
  readonly token?: unknown;
  /** What was sent; of webhooks only. At most 65,536 bytes. */
  readonly body?: string;
  /** The same key with the same body is one input, for ever. 1 to 500 characters. */
  readonly idempotencyKey?: string;
}

/** The input that a trigger was fired with. */
export type FiredReceipt = Omit<Receipt, "withdraw" | "arrival">;

/** The same beside the process that has the colony open: what is asked for is kept until it is done. */
export interface SentTriggers {
  /** Throws what `set` throws, as far as it can be known here. */
  set(options: TriggerOptions): Promise<Sent & SetTriggerId>;
  remove(id: string): Promise<Sent>;
  fire(id: string, options?: Omit<FireOptions, "token">): Promise<Sent>;
}

/** A trigger that is going to be set. */
export interface SetTriggerId {
  readonly triggerId: string;
  readonly token?: string;
}
