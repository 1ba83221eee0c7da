import type { BlobStore, Clock, EventLog, IdSource, Logger, SnapshotStore } from "@colony/core";
import type { OverseerOptions } from "@colony/overseer";
import type { AgentDefinition, PriceOf } from "@colony/worker";

/** What a colony is opened with. Only the overseer's model is required. */
export interface ColonyOptions {
  /** The colony folder, made where it is missing; `memory` for a colony that ends with its process. Never guessed. */
  readonly dir: string;
  readonly overseer: OverseerOptions;
  /** Definitions of workers by name, made with `defineWorker`. */
  readonly workers?: { readonly [name: string]: AgentDefinition };
  readonly limits?: ColonyLimits;
  /** Default: warnings to standard error, by pino. */
  readonly logger?: Logger;
  /** Default: unknown for every model, which is shown as unknown and never as 0. */
  readonly prices?: PriceOf;
  /** `full` (default) survives a power cut; `normal` survives the process only, and is faster. */
  readonly durability?: "full" | "normal";
  /** Where it is kept instead of in `dir`: another log, or one that a test holds on to. It is not closed with the colony. */
  readonly store?: ColonyStore;
  /** Take a folder over from an owner on another machine that is known to be dead. */
  readonly takeOver?: boolean;
  readonly clock?: Clock;
  readonly ids?: IdSource;
}

/** A log and what goes with it, kept by somebody else. */
export interface ColonyStore {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
}

/** Limits of the colony as a whole. */
export interface ColonyLimits {
  /** Workers at work at once; the rest wait in line. Default 4. */
  readonly concurrency?: number;
  /** How deep agents may spawn: 1 (default) lets the overseer, 0 nobody but a program. Workers never do. */
  readonly maxDepth?: number;
  /** How long work under way may go on when the colony is closed; default 10,000 ms. */
  readonly shutdownGraceMs?: number;
}
