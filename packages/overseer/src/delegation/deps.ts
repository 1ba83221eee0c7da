import type { AgentId, AgentRecord, Clock, ToolContext } from "@colony/core";
import { ColonyError } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import type { PriceOf } from "@colony/worker";
import type { Roster } from "../roster.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { ReportEvent } from "../wait-for-reports.ts";

/** What the tools to delegate work with. */
export interface DelegationDeps {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly roster: Roster;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly maxDepth: number;
  readonly priceOf: PriceOf;
  /** Whether there is anybody to be told when a worker has ended; default: nobody. */
  readonly notifies?: boolean;
  readonly reportOf: (id: AgentId) => Promise<ReportEvent | undefined>;
}

/** A worker below the calling agent, by id or name. Throws `agent.not_found` naming those there are. */
export function ownWorker({ ledger }: DelegationDeps, { agent }: ToolContext, text: string): AgentRecord {
  const found = ledger.index.find(text);
  if (found !== undefined && isBelow(ledger, found, agent.id)) return found;
  const children = [...ledger.index.childrenOf(agent.id)];
  const own = children.filter((id) => ledger.index.get(id)?.removed !== true).slice(-20);
  throw new ColonyError(
    "agent.not_found",
    `you have no worker "${text}"; ${own.length === 0 ? "you have no workers" : `yours are: ${own.map((id) => nameOf(ledger, id)).join(", ")}`}`,
  );
}

function isBelow(ledger: Ledger, record: AgentRecord, ancestor: AgentId): boolean {
  for (let parent = record.parentId; parent !== null; parent = ledger.index.get(parent)?.parentId ?? null)
    if (parent === ancestor) return true;
  return false;
}

function nameOf(ledger: Ledger, id: AgentId): string {
  const name = ledger.index.get(id)?.name ?? null;
  return name === null ? id : `${id} (${name})`;
}
