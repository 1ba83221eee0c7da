import { ColonyError } from "@colony/core";
import { openColonyReader, type ColonyReader } from "@colony/runtime";
import { EXIT } from "../errors/exit-code.ts";
import { tell } from "../io/tell.ts";
import type { WaitsFor } from "../render/agent-words.ts";
import { harmless } from "../render/words.ts";
import { whomTheyWaitFor } from "../requests/whom-they-wait-for.ts";
import { hasWork } from "./unfinished.ts";
import { refuseFile } from "./refuse-file.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";

/** Damages that are told one by one. */
const MOST_DAMAGES = 5;

/** Opens the colony of these settings to look at it: beside whoever owns it, and without touching anything. */
export async function openReader({ dir }: Pick<Settings, "dir">): Promise<ColonyReader> {
  if (dir.value === MEMORY)
    throw new ColonyError(
      "usage.invalid",
      "a colony in memory ends with its process, so there is nothing to look at; name a folder with --dir",
    );
  await refuseFile(dir.value);
  return await openColonyReader({ dir: dir.value });
}

/** Said where work is looked at that nobody goes on with now. */
export const NOBODY_AT_HOME = "nobody has this colony open; what is under way goes on when it is opened";

/** Whether there is unfinished work and no live process that does it. */
export function isPaused(reader: Pick<ColonyReader, "owner" | "agents">): boolean {
  return reader.owner() === undefined && reader.agents().some(hasWork);
}

/** Whom agents wait for in a colony that is looked at. */
export function whomTheyWaitForIn(reader: Pick<ColonyReader, "pending" | "find">): WaitsFor {
  return whomTheyWaitFor(reader.pending(), (id) => reader.find(id));
}

/** Tells of what could not be read and is therefore not shown. The exit code says so too. */
export function tellDamages(
  reader: Pick<ColonyReader, "damages">,
  stderr: { write(text: string): unknown },
): number {
  const damages = reader.damages();
  for (const damage of damages.slice(0, MOST_DAMAGES)) tell(stderr, `not shown: ${harmless(damage)}`);
  const more = damages.length - MOST_DAMAGES;
  if (more > 0) tell(stderr, `not shown: ${more} more; "colony doctor" looks at everything`);
  return damages.length === 0 ? EXIT.success : EXIT.failed;
}
