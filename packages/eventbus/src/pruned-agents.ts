import {
  prunedRecord,
  type AgentId,
  type AgentRecord,
  type BookState,
  type ColonyEvent,
  type EventLog,
  type EventOf,
} from "@colony/core";

/**
 * The records of the agents whose histories are pruned by an event, as they are from then on. One that has gone on since that
 * was decided is not in it: it keeps everything.
 */
export function prunedBy(
  { data, at }: EventOf<"HISTORY_PRUNED">,
  recordOf: (id: AgentId) => AgentRecord | undefined,
): readonly AgentRecord[] {
  return data.agents.flatMap(({ agentId, version, seeded }) => {
    const record = recordOf(agentId);
    if (record?.status !== "closed" || record.version !== version) return [];
    return [prunedRecord(record, { at, ...(seeded === undefined ? {} : { seeded }) })];
  });
}

/** What has been pruned of a log, for whoever reads it from its beginning. */
export interface PrunedHistories {
  /** Versions up to which events of a stream may be missing. */
  readonly upTo: ReadonlyMap<AgentId, number>;
  /** What all budgets had come to at a place, since not everything that they were spent on is there any more. */
  readonly totals: { readonly upTo: number; readonly book: BookState } | undefined;
}

/** Everything is there. */
export const NOTHING_PRUNED: PrunedHistories = { upTo: new Map(), totals: undefined };

/** Few are read together: each may name thousands of agents. */
const PAGE = 10;

/** Reads what has been pruned of a log so far. */
export async function readPruned(log: EventLog): Promise<PrunedHistories> {
  const upTo = new Map<AgentId, number>();
  let totals: PrunedHistories["totals"];
  for (let after = 0; ;) {
    const page = await log.read({ types: ["HISTORY_PRUNED"], after, limit: PAGE });
    for (const event of page) {
      if (!isPruning(event)) continue;
      for (const { agentId, version } of event.data.agents) upTo.set(agentId, version);
      totals = { upTo: event.data.upTo, book: event.data.totals };
      after = event.seq;
    }
    if (page.length < PAGE) return { upTo, totals };
  }
}

function isPruning(event: ColonyEvent): event is EventOf<"HISTORY_PRUNED"> {
  return event.type === "HISTORY_PRUNED";
}
