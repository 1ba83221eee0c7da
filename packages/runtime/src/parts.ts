import type { BlobStore, Clock, EventLog, IdSource, Logger } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import type { DraftKeeper, HostProcesses } from "@colony/worker";
import type { DelegationDeps, Roster, Supervisor, Triggers } from "@colony/overseer";
import type { AccessPolicy } from "./access/policy.ts";
import type { Principal } from "./access/principal.ts";
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
  readonly triggers: Triggers;
  readonly stories: Stories;
  readonly received: ReceivedInputs;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  /** Who may do what, where there is more than one. */
  readonly access: AccessPolicy;
  /** Who speaks through these parts; absent: the owner of the colony. */
  readonly principal?: Principal;
  /** How long those that are closed stay in lists that are not asked for everything. Milliseconds. */
  readonly retentionMs: number;
  /** How long what is under way may go on when the colony is closed. Milliseconds. */
  readonly graceMs: number;
  /** Throws `colony.closed` once the colony is being closed. */
  readonly mustBeOpen: () => void;
}
