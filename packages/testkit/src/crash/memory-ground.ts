import {
  createMemoryBlobStore,
  createMemoryDraftStore,
  createMemoryLog,
  createMemorySnapshotStore,
} from "@colony/eventbus";
import { createManualClock } from "../manual-clock.ts";
import { createSequenceIds } from "../sequence-ids.ts";
import type { Ground } from "./life.ts";

/** A ground that also knows where each commit of its log ended, which no event tells. */
export interface MemoryGround extends Ground {
  readonly commits: readonly number[];
}

/** A new ground in memory: an empty disk, a clock that stands at one second, ids from 1. */
export function createMemoryGround(): MemoryGround {
  const log = createMemoryLog();
  const commits: number[] = [];
  log.onAppended((events) => {
    // Appends of several agents may be told as one, and each is a commit of its own for its agent.
    for (const [index, { agentId, seq }] of events.entries())
      if (events[index + 1]?.agentId !== agentId) commits.push(seq);
  });
  return {
    log,
    commits,
    snapshots: createMemorySnapshotStore(),
    blobs: createMemoryBlobStore(),
    drafts: createMemoryDraftStore(),
    clock: createManualClock({ now: 1_000 }),
    ids: createSequenceIds(),
  };
}
