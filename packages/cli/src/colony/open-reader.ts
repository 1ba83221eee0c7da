import { ColonyError } from "@colony/core";
import { openColonyReader, type ColonyReader } from "@colony/runtime";
import { MEMORY, type Settings } from "../settings/settings.ts";

/** Opens the colony of these settings to look at it: beside whoever owns it, and without touching anything. */
export async function openReader({ dir }: Pick<Settings, "dir">): Promise<ColonyReader> {
  if (dir.value === MEMORY)
    throw new ColonyError(
      "usage.invalid",
      "a colony in memory ends with its process, so there is nothing to look at; name a folder with --dir",
    );
  return await openColonyReader({ dir: dir.value });
}
