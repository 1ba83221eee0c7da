import { stat } from "node:fs/promises";
import { ColonyError } from "@colony/core";
import { MEMORY } from "../settings/settings.ts";

/** Throws `usage.invalid` where a file stands at the place of the colony folder. */
export async function refuseFile(dir: string): Promise<void> {
  if (dir === MEMORY) return;
  // What cannot be looked at is for the opening to say, which says why.
  const found = await stat(dir).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return;
  throw new ColonyError(
    "usage.invalid",
    `there can be no colony in ${dir}: a file is in the way; name a folder with --dir`,
  );
}
