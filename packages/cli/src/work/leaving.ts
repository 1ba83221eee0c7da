import type { AgentRecord, ColonyState } from "@colony/core";
import { missingWords, type KnowsDefinition } from "../colony/known-definitions.ts";
import { hasWork, isUnderWay, STOPPED_UNTIL } from "../colony/unfinished.ts";
import { duration } from "../render/units.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";

/** Said when a process that has a colony open is asked to end. */
export function leavingWords(agents: readonly AgentRecord[], { graceMs }: Pick<Settings, "graceMs">): string {
  if (graceMs.value === 0 || !agents.some(hasWork)) return "closing";
  return `finishing what runs, at most ${duration(graceMs.value)}; a second Ctrl-C or signal leaves at once`;
}

/** What decides when that goes on. */
interface LeftBehind {
  /** Default: all definitions are here. */
  readonly knows?: KnowsDefinition;
  /** What keeps the colony from beginning anything; default nothing. */
  readonly blocks?: ColonyState["blocks"];
}

/** Said when it has, of work that was not finished; undefined where there is none. */
export function leftBehindWords(
  agents: readonly AgentRecord[],
  { dir }: Pick<Settings, "dir">,
  { knows = () => true, blocks = [] }: LeftBehind = {},
): string | undefined {
  if (!agents.some(isUnderWay)) return undefined;
  if (dir.value !== MEMORY && !agents.some(hasWork))
    return 'closed; what waits for you still does: "colony inbox" shows it';
  const missing = agents.some((record) => hasWork(record) && knows(record))
    ? undefined
    : missingWords(agents, knows);
  if (dir.value !== MEMORY && missing !== undefined) return `closed; ${missing}`;
  if (dir.value !== MEMORY && blocks.length > 0) return `closed; what waits goes on ${STOPPED_UNTIL}`;
  return dir.value === MEMORY
    ? "closed; this colony was in memory, and nothing of it is kept"
    : "closed; what was at work goes on when this colony is opened again";
}
