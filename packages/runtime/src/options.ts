import type {
  BlobStore,
  Budget,
  Clock,
  DraftStore,
  EventLog,
  IdSource,
  Logger,
  Notifier,
  Processes,
  SnapshotStore,
} from "@colony/core";
import type { OverseerOptions } from "@colony/overseer";
import type { AgentDefinition, PriceOf } from "@colony/worker";
import type { AccessPolicy } from "./access/policy.ts";
import type { PriceTable } from "./prices.ts";
import type { RetentionOptions } from "./retention.ts";

/** What a colony is opened with. Only the overseer's model is required. */
export interface ColonyOptions {
  /**
   * The colony folder, made where it is missing; never guessed. Default `memory`: a colony that ends with its process,
   * and nothing of it is kept.
   */
  readonly dir?: string;
  readonly overseer: OverseerOptions;
  /** Definitions of workers by name, made with `defineWorker`. */
  readonly workers?: { readonly [name: string]: AgentDefinition };
  readonly limits?: ColonyLimits;
  /** Whose colony it is from now on, 1 to 200 characters; default: as before, and at first its own process's only. */
  readonly owner?: string;
  /** What others than the owner may see and do (`colony.as`); default `ownerOnly`: what is theirs. */
  readonly access?: AccessPolicy;
  /**
   * Who tells people elsewhere that a worker has ended which was spawned with `notify`: `commandNotifier`, `webhookNotifier`,
   * `logNotifier`, or one of your own. Default: nobody; what is due from earlier waits for a host that has one.
   */
  readonly notifier?: Notifier;
  /** Default: warnings to standard error, by pino. */
  readonly logger?: Logger;
  /**
   * What models cost: rows besides or instead of the built-in list prices, or a function in place of them. A model without
   * a price is shown as unknown and never as 0.
   */
  readonly prices?: PriceOf | PriceTable;
  /** What the whole colony may spend in all its life; default: what was set last, and at first no limit. */
  readonly budget?: Budget;
  /** What is kept of workers that have ended, and for how long. Default: everything, for ever. */
  readonly retention?: RetentionOptions;
  /** `full` (default) survives a power cut; `normal` survives the process only, and is faster. */
  readonly durability?: "full" | "normal";
  /** Where it is kept instead of in `dir`: another log, or one that a test holds on to. It is not closed with the colony. */
  readonly store?: ColonyStore;
  /** Take a folder over from an owner on another machine that is known to be dead. */
  readonly takeOver?: boolean;
  readonly clock?: Clock;
  /** How tools start processes; default: on this machine. `NO_PROCESSES` for a colony whose tools may start none. */
  readonly processes?: Processes;
  readonly ids?: IdSource;
}

/** A log and what goes with it, kept by somebody else. */
export interface ColonyStore {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  /** Default: what a model call under way has said is lost with the process. */
  readonly drafts?: DraftStore;
}

/** Limits of the colony as a whole. */
export interface ColonyLimits {
  /** Workers at work at once; the rest wait in line. Default 4. */
  readonly concurrency?: number;
  /**
   * The deepest that workers may stand: 1 (default) lets the overseer spawn, 2 its workers too, and so on to 16; 0 nobody
   * but a program. Whoever stands at the deepest has no tools to delegate, whatever its definition says.
   */
  readonly maxDepth?: number;
  /** How long workers that are closed stay in lists that are not asked for everything; default 24 h, infinite: for ever. */
  readonly retentionMs?: number;
  /** How long work under way may go on when the colony is closed; default 10,000 ms. */
  readonly shutdownGraceMs?: number;
  /** How long a process of a tool call may take to go once it is asked to, before it is ended by force; default 5,000 ms. */
  readonly processGraceMs?: number;
  /** How long the notifier may take for one notification before it has failed; default 30,000 ms. */
  readonly notifyTimeoutMs?: number;
}
