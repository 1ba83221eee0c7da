import type { BlobStore, ColonyEvent, DraftStore, EventLog, EventPruning, SnapshotStore } from "@colony/core";
import type { Mortality } from "./mortality.ts";

/** The log as one process has it: a cut point before each append is stored, and one after it is stored and not told. */
export function mortalLog(log: EventLog, mortality: Mortality): EventLog {
  const listeners = new Set<(events: readonly ColonyEvent[]) => void>();
  const stop = log.onAppended((events) => {
    if (!mortality.pass(`after commit of ${summary(events)}`)) return;
    for (const listener of listeners) listener(events);
  });
  mortality.onDeath(() => {
    stop();
    listeners.clear();
  });
  return {
    colonyId: log.colonyId,
    append: async (append) => {
      return await mortality.after(
        `before append ${append.agentId}: ${append.events.map(({ type }) => type).join(" ")}`,
        () => log.append(append),
      );
    },
    read: (read) => mortality.living(log.read(read)),
    onAppended: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    head: () => log.head(),
    ...(log.pruning === undefined ? {} : { pruning: mortalPruning(log.pruning, mortality) }),
    // The disk outlives the process that lets go of it.
    close: async () => {
      stop();
      listeners.clear();
    },
  };
}

/** Removals as one process does them: a cut point before each, and one after it. */
function mortalPruning(pruning: EventPruning, mortality: Mortality): EventPruning {
  return {
    weigh: (asked) => mortality.living(pruning.weigh(asked)),
    remove: async (asked) => {
      const who = asked.streams.map(({ agentId }) => agentId).join(" ");
      const removed = await mortality.after(`before removal of ${who}`, () => pruning.remove(asked));
      await mortality.point(`after removal of ${who}`);
      return removed;
    },
  };
}

/** Checkpoints as one process writes them. */
export function mortalSnapshots(snapshots: SnapshotStore, mortality: Mortality): SnapshotStore {
  return {
    save: async (saved, completeTo) => {
      await mortality.after("before checkpoint", () => snapshots.save(saved, completeTo));
      await mortality.point("after checkpoint");
    },
    completeTo: () => mortality.living(snapshots.completeTo()),
    list: (which) => mortality.living(snapshots.list(which)),
    visit: (which, see) => mortality.living(snapshots.visit(which, see)),
    get: (agentId) => mortality.living(snapshots.get(agentId)),
    clear: () => mortality.living(snapshots.clear()),
  };
}

/** Drafts of answers as one process writes them. */
export function mortalDrafts(drafts: DraftStore, mortality: Mortality): DraftStore {
  return {
    list: () => mortality.living(drafts.list()),
    change: async (change) => {
      await mortality.after("before draft", () => drafts.change(change));
      await mortality.point("after draft");
    },
  };
}

/** Large bodies as one process stores them. */
export function mortalBlobs(blobs: BlobStore, mortality: Mortality): BlobStore {
  return {
    put: async (body) => {
      const ref = await mortality.after("before blob", () => blobs.put(body));
      await mortality.point("after blob");
      return ref;
    },
    get: (sha256) => mortality.living(blobs.get(sha256)),
  };
}

function summary(events: readonly ColonyEvent[]): string {
  return events.map(({ agentId, type }) => `${agentId} ${type}`).join(", ");
}
