import type { BlobStore, Clock, EventLog, IdSource, Logger } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import type { DraftKeeper, HostProcesses } from "@colony/worker";
import type { DelegationDeps, Roster, Supervisor } from "@colony/overseer";
import type { ReceivedInputs } from "./received-inputs.ts";
import type { Stories } from "./stories.ts";

/** The parts of an open colony, as its faces use them. */
export interface Parts extends DelegationDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly supervisor: Supervisor;
  readonly processes: HostProcesses;
  readonly drafts: DraftKeeper;
  readonly roster: Roster;
  readonly stories: Stories;
  readonly received: ReceivedInputs;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Throws `colony.closed` once the colony is being closed. */
  readonly mustBeOpen: () => void;
}
