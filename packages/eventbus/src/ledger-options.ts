import type { Clock, EventLog, Logger, SnapshotStore } from "@colony/core";

/** What a ledger is made of. */
export interface LedgerOptions {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Whether a log with missing events is taken as it is: by those who only look on. Default: it is refused. */
  readonly gaps?: "refused" | "allowed";
}
