import { accessSync, constants, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ColonyError, messageOf } from "@colony/core";
import { makeFolders } from "./make-folders.ts";
import { syncFolder } from "./sync-folder.ts";

/** Where things lie in a colony folder. */
export interface ColonyFolder {
  readonly dir: string;
  readonly database: string;
  readonly blobs: string;
  /** Held by the owner while it lives. */
  readonly lock: string;
}

/** The layout of a folder. Touches nothing. */
export function folderAt(dir: string): ColonyFolder {
  const root = resolve(dir);
  return {
    dir: root,
    database: join(root, "colony.db"),
    blobs: join(root, "blobs"),
    lock: join(root, "colony.lock"),
  };
}

/** Makes the folder where it is not there yet. Throws `colony.folder_invalid`. */
export function prepareFolder(folder: ColonyFolder): void {
  try {
    makeFolders(folder.dir);
    // Only in a folder that is the colony's own: in a project's root this line would hide the project from git.
    if (readdirSync(folder.dir).length === 0) writeFileSync(join(folder.dir, ".gitignore"), "*\n");
  } catch (cause) {
    throw folderInvalid(folder, whyNot(cause), cause);
  }
}

/**
 * Makes the place for bodies, and everything that was made last. Only once the database has been looked at: in a folder whose
 * database is another program's nothing is left. Throws `colony.folder_invalid`.
 */
export function prepareBodies(folder: ColonyFolder): void {
  try {
    makeFolders(folder.blobs);
    syncFolder(folder.dir);
  } catch (cause) {
    throw folderInvalid(folder, `blobs: ${whyNot(cause)}`, cause);
  }
}

/** Why a folder could not be made, in words. */
function whyNot(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "EEXIST" || code === "ENOTDIR" ? "a file is in the way" : messageOf(cause);
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
