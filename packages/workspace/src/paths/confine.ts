import type { Stats } from "node:fs";
import { lstat, readdir, readlink, realpath } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { ColonyError } from "@colony/core";
import { nearest } from "./nearest.ts";
import {
  bytesOf,
  folderOf,
  isWithin,
  joined,
  nameOf,
  rawCandidates,
  rawOf,
  shown,
  type RawPath,
} from "./raw-path.ts";

/** The folder that everything is confined to. */
export interface Ground {
  /** The real path of the root, absolute. */
  readonly root: RawPath;
  /** Folders (or files) that are no part of the workspace, relative to the root. */
  readonly excluded: readonly RawPath[];
}

/** Something that exists inside the workspace: its real path relative to the root, with no symbolic link in it. */
export interface Place {
  readonly path: RawPath;
  readonly kind: "folder" | "file" | "other";
}

/**
 * Where a path argument of a tool leads. Throws `workspace.outside` when that is not inside the root (or is excluded),
 * and `workspace.not_found` with the nearest existing names when there is nothing.
 */
export async function resolvePlace(ground: Ground, argument: string): Promise<Place> {
  const quoted = JSON.stringify(argument);
  if (argument.includes("\0"))
    throw new ColonyError(
      "workspace.outside",
      `path ${quoted} holds a NUL byte, which no file name can hold`,
    );
  if (argument.startsWith("/") || isAbsolute(argument))
    throw new ColonyError(
      "workspace.outside",
      `path ${quoted} is absolute; give a path relative to the workspace root, "." for the root itself`,
    );
  const candidates = rawCandidates(argument).map((raw) => lexical(raw, quoted));
  for (const candidate of candidates) {
    const place = await existing(ground, candidate, quoted);
    if (place !== undefined) return place;
  }
  throw await missing(ground, candidates[0] ?? "", quoted);
}

/** Without ".", ".." and doubled slashes. Throws when ".." climbs over the root. */
function lexical(path: RawPath, quoted: string): RawPath {
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") steps.push(step);
    else if (steps.pop() === undefined)
      throw new ColonyError(
        "workspace.outside",
        `path ${quoted} climbs above the workspace root with ".."; only what lies below the root can be read`,
      );
  }
  return steps.join("/");
}

async function existing(ground: Ground, path: RawPath, quoted: string): Promise<Place | undefined> {
  refuseExcluded(ground, path, quoted);
  const real = await realPathOf(joined(ground.root, path));
  if (real === undefined) return undefined;
  const inside = relativeTo(ground.root, real);
  if (inside === undefined) throw leadsOut(quoted);
  refuseExcluded(ground, inside, quoted);
  const stats = await lstatOf(real);
  if (stats === undefined || stats.isSymbolicLink()) return undefined;
  return { path: inside, kind: stats.isDirectory() ? "folder" : stats.isFile() ? "file" : "other" };
}

function refuseExcluded(ground: Ground, path: RawPath, quoted: string): void {
  const folder = ground.excluded.find((excluded) => isWithin(path, excluded));
  if (folder !== undefined)
    throw new ColonyError(
      "workspace.outside",
      `path ${quoted} lies in ${JSON.stringify(shown(folder))}, which is excluded from this workspace`,
    );
}

/** Why nothing is there: a way out that leads to nothing is still a way out. */
async function missing(ground: Ground, path: RawPath, quoted: string): Promise<ColonyError> {
  let ancestor = path;
  let step = path;
  let real: RawPath | undefined;
  while (real === undefined && ancestor !== "") {
    step = ancestor;
    ancestor = folderOf(ancestor);
    real = await realPathOf(joined(ground.root, ancestor));
  }
  const folder = real === undefined ? undefined : relativeTo(ground.root, real);
  if (real === undefined || folder === undefined) return leadsOut(quoted);
  const target = await readlink(bytesOf(joined(real, nameOf(step))), { encoding: "buffer" }).catch(
    () => undefined,
  );
  if (target !== undefined) {
    const to = rawOf(target);
    if (to.startsWith("/") || !staysBelow(joined(folder, to))) return leadsOut(quoted);
    return new ColonyError(
      "workspace.not_found",
      `path ${quoted} is a symbolic link to something that is not there`,
    );
  }
  const names = await readdir(bytesOf(real), { encoding: "buffer" }).catch(() => []);
  const visible = names.map(rawOf).filter((name) => !ground.excluded.includes(joined(folder, name)));
  const near = nearest(shown(nameOf(step)), visible.map(shown)).map((name) => {
    const where = shown(folder);
    return JSON.stringify(where === "." ? name : `${where}/${name}`);
  });
  return new ColonyError(
    "workspace.not_found",
    `no file or folder ${quoted} in the workspace; ${
      near.length === 0
        ? `${JSON.stringify(shown(folder))} is empty`
        : `the nearest names are ${near.join(", ")}`
    }`,
  );
}

function staysBelow(path: RawPath): boolean {
  let depth = 0;
  for (const step of path.split("/")) {
    if (step === "..") depth -= 1;
    else if (step !== "" && step !== ".") depth += 1;
    if (depth < 0) return false;
  }
  return true;
}

function leadsOut(quoted: string): ColonyError {
  return new ColonyError(
    "workspace.outside",
    `path ${quoted} leads out of the workspace by a symbolic link; only what lies below the root can be read`,
  );
}

/** A real absolute path relative to the root; undefined outside of it. */
export function relativeTo(root: RawPath, real: RawPath): RawPath | undefined {
  const folder = root === "/" ? "" : root;
  if (real === root) return "";
  return real.startsWith(`${folder}/`) ? real.slice(folder.length + 1) : undefined;
}

/** The absolute path of something in the workspace, as `node:fs` takes it. */
export function absolute(ground: Ground, path: RawPath): Buffer {
  return bytesOf(ground.root === "/" ? `/${path}` : joined(ground.root, path));
}

/** The path with every symbolic link followed; undefined where it leads to nothing that can be reached. */
export async function realPathOf(path: RawPath): Promise<RawPath | undefined> {
  return realpath(bytesOf(path), { encoding: "buffer" }).then(rawOf, () => undefined);
}

async function lstatOf(path: RawPath): Promise<Stats | undefined> {
  return lstat(bytesOf(path)).catch(() => undefined);
}
