import type { ColonyEvent, EventLog } from "@colony/core";
import { requireGiven } from "../given.ts";

const PAGE = 1_000;

/** Every event of a log, in order. */
export async function readAll(log: EventLog): Promise<readonly ColonyEvent[]> {
  requireGiven("what readAll reads", log, "log");
  const events: ColonyEvent[] = [];
  for (let after = 0; ;) {
    const page = await log.read({ after, limit: PAGE });
    events.push(...page);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return events;
    after = last.seq;
  }
}
