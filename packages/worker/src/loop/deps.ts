import type { EventBus, Ledger } from "@colony/eventbus";
import type { AgentRecord, BlobStore, Clock, Logger, Tool } from "@colony/core";
import type { HostProcesses } from "../processes/host-processes.ts";
import type { AgentDefinition, PriceOf } from "../definition.ts";

/** What the agent loop works with. */
export interface LoopDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Id of the process that runs it. */
  readonly host: string;
  /** The definition an agent was made from; undefined where this process does not have it. */
  readonly definitionOf: (record: AgentRecord) => AgentDefinition | undefined;
  /** Tools that the runtime adds to those of the definition, by what the agent may do. */
  readonly toolsFor: (record: AgentRecord) => readonly Tool[];
  readonly priceOf: PriceOf;
  /** The processes that tools start. */
  readonly processes: HostProcesses;
  /** How long work under way may go on when the process is asked to stop. Milliseconds. */
  readonly shutdownGraceMs: number;
}
