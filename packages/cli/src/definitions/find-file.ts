import { existsSync } from "node:fs";
import { join } from "node:path";
import { ColonyError } from "@colony/core";
import { listed } from "../render/words.ts";
import type { Settings } from "../settings/settings.ts";

/** Looked for where the person stands. Programs (`.ts`, `.js`) are not among them: they are run only where somebody names them. */
const NAMES = ["colony.yaml", "colony.yml", "colony.json"] as const;

/** The colony file that was named, or that lies there; undefined where there is none. Throws `settings.invalid` for several. */
export function findFile({ file }: Pick<Settings, "file">, cwd: string): string | undefined {
  if (file.value !== undefined) return file.value;
  const found = NAMES.filter((name) => existsSync(join(cwd, name)));
  if (found.length > 1)
    throw new ColonyError(
      "settings.invalid",
      `${listed(found)} both lie here, and only one can say who is in the colony; name it with --file, or remove the other`,
    );
  const [name] = found;
  return name === undefined ? undefined : join(cwd, name);
}
