import type { EventBus, Ledger } from "@colony/eventbus";
import type { AgentId, AgentRecord, BlobStore, Clock, Logger, Tool } from "@colony/core";
import type { DraftKeeper } from "../drafts/draft-keeper.ts";
import type { HostProcesses } from "../processes/host-processes.ts";
import type { ToldAtStart } from "../prompt/told-at-start.ts";
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
  /** Tools that answer calls of such as an agent stands too deep for; undefined where it does not. It is not told of them. */
  readonly standInsFor?: (record: AgentRecord) => readonly Tool[] | undefined;
  readonly priceOf: PriceOf;
  /** The processes that tools start. */
  readonly processes: HostProcesses;
  /** Whether the agent's work was all that was under way when the last host died; asked when it is taken up. */
  readonly wasAlone?: (agentId: AgentId) => boolean;
  /** What executions were told at their start. Absent: nobody asks, and nothing is recorded. */
  readonly told?: Pick<ToldAtStart, "of" | "variantOf">;
  /** What model calls under way have said. */
  readonly drafts: DraftKeeper;
  /** How long work under way may go on when the process is asked to stop. Milliseconds. */
  readonly shutdownGraceMs: number;
}
