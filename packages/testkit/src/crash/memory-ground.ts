import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock } from "../manual-clock.ts";
import { createSequenceIds } from "../sequence-ids.ts";
import type { Ground } from "./life.ts";

/** A new ground in memory: an empty disk, a clock that stands at one second, ids from 1. */
export function createMemoryGround(): Ground {
  return {
    log: createMemoryLog(),
    snapshots: createMemorySnapshotStore(),
    blobs: createMemoryBlobStore(),
    clock: createManualClock({ now: 1_000 }),
    ids: createSequenceIds(),
  };
}
