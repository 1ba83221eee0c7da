import { mkdirSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and whatever is missing above it, one after the other: asked to make them all at once, Node tries for ever
 * where the system says of a folder that is there that it is not, as in /proc. Throws what the system says.
 */
export function makeFolders(dir: string): void {
  const missing: string[] = [];
  for (let at = dir; found(at) === undefined && dirname(at) !== at; at = dirname(at)) missing.push(at);
  for (const folder of missing.toReversed()) make(folder);
  if (!isFolder(dir)) make(dir);
}

/** Another process may be faster. */
function make(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return found(path)?.isDirectory() === true;
}

function found(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
