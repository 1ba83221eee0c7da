import type { Clock, Executor, Logger } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";

/** What a supervisor works with. */
export interface SupervisorOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Workers at work at once. */
  readonly concurrency: number;
  /** Most workers of one definition at work at once; infinite where it has no cap. */
  readonly capOf: (definitionId: string) => number;
  /** Whose work this is; default: nobody else's. */
  readonly host?: string;
  /** Another host has taken up what was at work here. Called at most once for each such execution. */
  readonly onTakenOver?: () => void;
}
