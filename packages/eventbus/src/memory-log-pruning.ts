import {
  recipientOf,
  type AgentId,
  type ColonyEvent,
  type EventPruning,
  type PrunedSize,
  type Pruning,
} from "@colony/core";
import type { MemoryStream } from "./memory-log-read.ts";

/** Where a log in memory keeps its events. */
interface MemoryGround {
  readonly all: ColonyEvent[];
  readonly streams: ReadonlyMap<AgentId, MemoryStream>;
  /** Throws where the log has been closed. */
  readonly mustBeOpen: () => void;
}

/** Makes the pruning of a log in memory. */
export function createMemoryPruning({ all, streams, mustBeOpen }: MemoryGround): EventPruning {
  return {
    async weigh(pruning) {
      mustBeOpen();
      return sizeOf(unwanted(streams, pruning));
    },
    async remove(pruning) {
      mustBeOpen();
      const gone = unwanted(streams, pruning);
      if (gone.size === 0) return { events: 0, sizeBytes: 0 };
      keepOthers(all, gone);
      for (const { agentId } of pruning.streams) keepOthers(streams.get(agentId)?.own ?? [], gone);
      return sizeOf(gone);
    },
  };
}

function unwanted(
  streams: ReadonlyMap<AgentId, MemoryStream>,
  { streams: asked, types }: Pruning,
): ReadonlySet<ColonyEvent> {
  const kinds = new Set(types);
  const found = new Set<ColonyEvent>();
  for (const { agentId, upTo } of asked) {
    const own = streams.get(agentId)?.own ?? [];
    for (const event of own.slice(0, -1))
      if (event.version <= upTo && kinds.has(event.type) && (recipientOf(event) ?? agentId) === agentId)
        found.add(event);
  }
  return found;
}

function sizeOf(events: ReadonlySet<ColonyEvent>): PrunedSize {
  const encoder = new TextEncoder();
  let sizeBytes = 0;
  for (const { data } of events) sizeBytes += encoder.encode(JSON.stringify(data)).length;
  return { events: events.size, sizeBytes };
}

/** Readers hold on to the list itself. */
function keepOthers(events: ColonyEvent[], gone: ReadonlySet<ColonyEvent>): void {
  let kept = 0;
  for (const event of events)
    if (!gone.has(event)) {
      events[kept] = event;
      kept += 1;
    }
  events.length = kept;
}
