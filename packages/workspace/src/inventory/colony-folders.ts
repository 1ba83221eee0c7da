import { byName, folderOf, nameOf, type RawPath } from "../paths/raw-path.ts";

/**
 * Whether a path is the database of a colony that lies in a folder of the workspace, so that the folder holds a colony and
 * nothing that anybody has written. A workspace that is a colony folder itself is looked at all the same.
 */
export function isColony(path: RawPath): boolean {
  return nameOf(path) === "colony.db" && folderOf(path) !== "";
}

/** The colony folders among listed files. */
export function colonyFolders(paths: readonly RawPath[]): readonly RawPath[] {
  return paths.filter(isColony).map(folderOf).toSorted(byName);
}
