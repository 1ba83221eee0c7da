import type { ColonyEvent, EventLog, SnapshotStore } from "@colony/core";
import type { Life } from "./life.ts";

/** The log as one process has it: a cut point before each append is stored, and one after it is stored and not told. */
export function mortalLog(log: EventLog, life: Life): EventLog {
  const listeners = new Set<(events: readonly ColonyEvent[]) => void>();
  const stop = log.onAppended((events) => {
    if (!life.pass(`after commit of ${summary(events)}`)) return;
    for (const listener of listeners) listener(events);
  });
  life.onDeath(() => {
    stop();
    listeners.clear();
  });
  return {
    colonyId: log.colonyId,
    append: async (append) => {
      await life.point(`before append ${append.agentId}: ${append.events.map(({ type }) => type).join(" ")}`);
      return await life.living(log.append(append));
    },
    read: (read) => life.living(log.read(read)),
    onAppended: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    head: () => log.head(),
    // The disk outlives the process that lets go of it.
    close: async () => {
      stop();
      listeners.clear();
    },
  };
}

/** Checkpoints as one process writes them. */
export function mortalSnapshots(snapshots: SnapshotStore, life: Life): SnapshotStore {
  return {
    save: async (saved, completeTo) => {
      await life.point("before checkpoint");
      await life.living(snapshots.save(saved, completeTo));
      await life.point("after checkpoint");
    },
    completeTo: () => life.living(snapshots.completeTo()),
    list: (which) => life.living(snapshots.list(which)),
    get: (agentId) => life.living(snapshots.get(agentId)),
    clear: () => life.living(snapshots.clear()),
  };
}

function summary(events: readonly ColonyEvent[]): string {
  return events.map(({ agentId, type }) => `${agentId} ${type}`).join(", ");
}
