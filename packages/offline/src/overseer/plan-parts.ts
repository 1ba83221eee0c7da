import type { PartScope } from "../task/survey-task.ts";
import type { FolderListing } from "./folder-listing.ts";

/** A part of the folder that one worker will look at. */
export interface Part {
  readonly name: string;
  readonly scope: PartScope;
  readonly files: number;
  readonly bytes: number;
  /** The folder that the part is, where it is exactly one. */
  readonly folder: string | undefined;
}

/** Either the parts, or a folder that has to be listed before they can be told. */
export type PartPlan =
  | { readonly kind: "parts"; readonly parts: readonly Part[] }
  | { readonly kind: "look"; readonly path: string };

/** The listings that have been asked for, by path; null where it could not be listed. */
export type Listings = ReadonlyMap<string, FolderListing | null>;

const FEWEST_PARTS = 3;
const MOST_PARTS = 8;
const MOST_LOOKS = 12;
/** Fewer files than this in one folder are one worker's work. */
const FEWEST_FILES = 6;

/**
 * Divides a folder so that each counted file belongs to exactly one part: its subfolders, and the files directly in
 * it. Where that is fewer than three, the largest folder is divided further; where it is more than eight, the
 * smallest folders become one part. Where nothing but files is left, many files in one folder are divided by name.
 */
export function planParts(root: FolderListing, listings: Listings): PartPlan {
  let parts = divided(root);
  const whole = new Set<string>();
  while (parts.length < FEWEST_PARTS) {
    const largest = parts
      .filter(({ folder, files }) => folder !== undefined && files > 1 && !whole.has(folder))
      .toSorted((a, b) => b.bytes - a.bytes || b.files - a.files)[0];
    if (largest?.folder === undefined) break;
    const listing = listings.get(largest.folder);
    if (listing === undefined) {
      if (listings.size >= MOST_LOOKS) break;
      return { kind: "look", path: largest.folder };
    }
    if (listing === null || listing.folders.length === 0) whole.add(largest.folder);
    else parts = parts.flatMap((part) => (part === largest ? divided(listing) : [part]));
  }
  if (parts.length < FEWEST_PARTS) parts = withFilesDivided(parts, [root, ...listings.values()]);
  return { kind: "parts", parts: parts.length > MOST_PARTS ? grouped(parts) : parts };
}

function divided(listing: FolderListing): readonly Part[] {
  const { path } = listing;
  const folders = listing.folders.map(({ name, files, bytes }): Part => {
    const folder = path === "." ? name : `${path}/${name}`;
    return { name: folder, folder, scope: { paths: [folder], except: [], include: "all" }, files, bytes };
  });
  const files = sumOf(folders, "files");
  const bytes = sumOf(folders, "bytes");
  const rest: Part = {
    name: path === "." ? "other folders" : `other folders in ${path}`,
    folder: undefined,
    scope: { paths: [path], except: folders.map(({ name }) => name), include: "below" },
    files: listing.files - listing.directFiles - files,
    bytes: listing.bytes - listing.directBytes - bytes,
  };
  const direct: Part = {
    name: path === "." ? "top-level files" : `files in ${path}`,
    folder: undefined,
    scope: { paths: [path], except: [], include: "direct" },
    files: listing.directFiles,
    bytes: listing.directBytes,
  };
  return [
    ...folders.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(listing.moreFolders ? [rest] : []),
    ...(listing.directFiles > 0 ? [direct] : []),
  ];
}

/** The part that is most files of one folder, as several parts; the last of them takes what is not named. */
function withFilesDivided(
  parts: readonly Part[],
  listings: readonly (FolderListing | null)[],
): readonly Part[] {
  const largest = parts
    .filter(({ scope }) => scope.include === "direct")
    .toSorted((a, b) => b.files - a.files)[0];
  const folder = largest?.scope.paths[0];
  const names = listings.find((listing) => listing?.path === folder)?.fileNames ?? [];
  if (largest === undefined || folder === undefined || largest.files < FEWEST_FILES) return parts;
  if (names.length < largest.files) return parts;
  const pieces = FEWEST_PARTS + 1 - parts.length;
  const perPiece = Math.ceil(names.length / pieces);
  const chunks = Array.from({ length: pieces }, (_, index): Part => {
    const own = names.slice(index * perPiece, (index + 1) * perPiece);
    const paths = own.map((name) => (folder === "." ? name : `${folder}/${name}`));
    const before = names
      .slice(0, index * perPiece)
      .map((name) => (folder === "." ? name : `${folder}/${name}`));
    return {
      name: `${largest.name} ${index + 1}/${pieces} (${own[0] ?? ""} to ${own.at(-1) ?? ""})`,
      folder: undefined,
      scope:
        index === pieces - 1
          ? { paths: [folder], except: before, include: "direct" }
          : { paths, except: [], include: "direct" },
      files: own.length,
      bytes: Math.round((largest.bytes * own.length) / names.length),
    };
  });
  return parts.flatMap((part) => (part === largest ? chunks : [part]));
}

function grouped(parts: readonly Part[]): readonly Part[] {
  const folders = parts.filter(({ folder }) => folder !== undefined).toSorted((a, b) => b.bytes - a.bytes);
  const others = parts.length - folders.length;
  const small = new Set(folders.slice(Math.max(1, MOST_PARTS - others - 1)));
  const members = parts.filter((part) => small.has(part));
  const group: Part = {
    name: `${members.length} smaller folders`,
    folder: undefined,
    scope: { paths: members.flatMap(({ scope }) => scope.paths), except: [], include: "all" },
    files: sumOf(members, "files"),
    bytes: sumOf(members, "bytes"),
  };
  const kept = parts.filter((part) => !small.has(part));
  const before = kept.filter(({ folder }) => folder !== undefined);
  return [...before, group, ...kept.filter(({ folder }) => folder === undefined)];
}

function sumOf(parts: readonly Part[], what: "files" | "bytes"): number {
  return parts.reduce((sum, part) => sum + part[what], 0);
}
