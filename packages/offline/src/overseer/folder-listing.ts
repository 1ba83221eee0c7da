import { readProblems, type PartResult } from "../survey/part-result.ts";
import { bagIn, bagOf, bagsIn, numberIn, textIn, textsIn, type Bag } from "../json-reading.ts";

/** What `list_folder` told of a folder. */
export interface FolderListing {
  /** The workspace's name. */
  readonly workspace: string;
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly directFiles: number;
  readonly directBytes: number;
  /** Names of the counted files directly in it that are shown. */
  readonly fileNames: readonly string[];
  /** Subfolders with counted files that are shown. */
  readonly folders: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
  /** Whether there are subfolders that are not shown. */
  readonly moreFolders: boolean;
  readonly source: string;
  readonly note: string;
  /** What could not be looked at: how many, and the first ones. */
  readonly problems: PartResult["problems"];
  readonly notCounted: Bag;
  readonly excluded: readonly string[];
}

/** Reads a result of `list_folder`. */
export function readListing(value: unknown): FolderListing {
  const bag = bagOf(value);
  const folders = bagsIn(bag, "entries").filter(
    (entry) => entry["kind"] === "folder" && numberIn(entry, "files") > 0,
  );
  return {
    workspace: textIn(bag, "workspace"),
    path: textIn(bag, "path"),
    files: numberIn(bag, "files"),
    bytes: numberIn(bag, "bytes"),
    directFiles: numberIn(bag, "directFiles"),
    directBytes: numberIn(bag, "directBytes"),
    fileNames: bagsIn(bag, "entries")
      .filter((entry) => entry["kind"] === "file")
      .map((entry) => textIn(entry, "name")),
    folders: folders.map((entry) => ({
      name: textIn(entry, "name"),
      files: numberIn(entry, "files"),
      bytes: numberIn(entry, "bytes"),
    })),
    moreFolders: numberIn(bag, "subfolders") > folders.length,
    source: textIn(bag, "source"),
    note: textIn(bag, "note"),
    problems: readProblems(bag),
    notCounted: bagIn(bag, "notCounted"),
    excluded: textsIn(bag, "excluded"),
  };
}

/** The folder's name for titles: the workspace's, with the path below it. */
export function titleOf(listing: FolderListing): string {
  return listing.path === "." ? listing.workspace : `${listing.workspace}/${listing.path}`;
}
