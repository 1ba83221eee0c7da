import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { ColonyError, messageOf } from "@colony/core";
import { makeFolders } from "./make-folders.ts";

/** Where things lie in a colony folder. */
export interface ColonyFolder {
  readonly dir: string;
  readonly database: string;
  readonly blobs: string;
}

/** The layout of a folder. Touches nothing. */
export function folderAt(dir: string): ColonyFolder {
  const root = resolve(dir);
  return { dir: root, database: join(root, "colony.db"), blobs: join(root, "blobs") };
}

/** Makes the folder where it is not there yet. Throws `colony.folder_invalid`. */
export function prepareFolder(folder: ColonyFolder): void {
  try {
    makeFolders(folder.dir);
    // Only in a folder that is the colony's own: in a project's root this line would hide the project from git.
    if (readdirSync(folder.dir).length === 0) writeFileSync(join(folder.dir, ".gitignore"), "*\n");
    makeFolders(folder.blobs);
    syncFolder(folder.dir);
  } catch (cause) {
    throw folderInvalid(folder, messageOf(cause), cause);
  }
}

/** Throws `colony.not_found` where no colony lies in the folder, and `colony.folder_invalid` where nobody can look. */
export function requireColony(folder: ColonyFolder): void {
  if (isFile(folder)) return;
  throw notFound(folder);
}

function isFile(folder: ColonyFolder): boolean {
  try {
    return statSync(folder.database, { throwIfNoEntry: false })?.isFile() === true;
  } catch (cause) {
    throw folderInvalid(folder, messageOf(cause), cause);
  }
}

/** No colony lies in the folder. */
export function notFound(folder: ColonyFolder): ColonyError {
  return new ColonyError(
    "colony.not_found",
    `there is no colony in ${folder.dir}; name a folder that has a colony.db`,
    {
      details: { dir: folder.dir },
    },
  );
}

/** The folder cannot be used. */
export function folderInvalid(folder: ColonyFolder, why: string, cause?: unknown): ColonyError {
  return new ColonyError(
    "colony.folder_invalid",
    `${folder.dir} cannot be used as a colony folder: ${why}; choose another folder, or mend this one`,
    { details: { dir: folder.dir }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** Throws `colony.folder_invalid` with what the system says, where the folder or its database may not be written to. */
export function requireWritable(folder: ColonyFolder): void {
  for (const path of [folder.dir, folder.database])
    try {
      accessSync(path, constants.W_OK);
    } catch (cause) {
      throw folderInvalid(folder, `it cannot be written to: ${messageOf(cause)}`, cause);
    }
}

/** Makes what was created or renamed in a folder last. Not every system can; those that cannot need not. */
export function syncFolder(dir: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(dir, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
