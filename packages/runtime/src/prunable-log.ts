import { ColonyError, type EventLog, type EventPruning } from "@colony/core";

/** How a store gets rid of events. Throws `settings.invalid` where it cannot. */
export function pruningOf({ log }: { readonly log: Pick<EventLog, "pruning"> }): EventPruning {
  if (log.pruning !== undefined) return log.pruning;
  throw new ColonyError(
    "settings.invalid",
    'this store keeps every event for ever, so nothing of it can be pruned; give a store whose log has pruning, or set retention.prune to "never"',
  );
}
