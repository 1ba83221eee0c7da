import type { ColonyEvent } from "@colony/core";

/** Events by what they have to do with; a log of half a million is gone through once for each promise. */
export function grouped(
  events: readonly ColonyEvent[],
  keysOf: (event: ColonyEvent) => readonly string[],
): ReadonlyMap<string, readonly ColonyEvent[]> {
  const groups = new Map<string, ColonyEvent[]>();
  for (const event of events)
    for (const key of keysOf(event)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [event]);
      else group.push(event);
    }
  return groups;
}
