import { loadedPart } from "@colony/core";
import type { ColonyFileOptions, ColonyFromFile, ExaminedColonyFile } from "./load-colony-file.ts";

// Many colonies have no file: what reads one is loaded when it is asked for.

/**
 * What a colony file says, for `openColony`. Throws `colony_file.not_found`, and `colony_file.invalid` with everything that
 * is wrong: first with what is written, then with what it names (models, tools, servers, other files). Throws `usage.invalid`.
 */
export async function loadColonyFile(path: string, options: ColonyFileOptions = {}): Promise<ColonyFromFile> {
  const part = await loadedPart(import("./load-colony-file.ts"));
  return await part.loadColonyFile(path, options);
}

/** The same for whoever wants to know what is wrong, all of it. Throws `colony_file.not_found` and `usage.invalid`. */
export async function examineColonyFile(
  path: string,
  options: ColonyFileOptions = {},
): Promise<ExaminedColonyFile> {
  const part = await loadedPart(import("./load-colony-file.ts"));
  return await part.examineColonyFile(path, options);
}
