import { ColonyError } from "@colony/core";
import { openColonyReader, type ColonyReader } from "@colony/runtime";
import { hasWork } from "./unfinished.ts";
import { refuseFile } from "./refuse-file.ts";
import { MEMORY, type Settings } from "../settings/settings.ts";

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
