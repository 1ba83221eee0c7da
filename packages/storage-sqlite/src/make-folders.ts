import { accessSync, constants, mkdirSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { syncFolder } from "./sync-folder.ts";

/**
 * Makes a folder and whatever is missing above it, so that each lasts, one after the other: asked to make them all at once, Node
 * tries for ever where the system says of a folder that is there that it is not, as in /proc. Throws what the system says.
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
  const parent = dirname(folder);
  if (isReadable(parent)) syncFolder(parent);
}

/** A folder in which folders can be made, and which cannot be read, cannot be made to last from here. */
function isReadable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return found(path)?.isDirectory() === true;
}

function found(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
