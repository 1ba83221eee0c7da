import { lstat } from "node:fs/promises";
import { absolute, type Ground } from "../paths/confine.ts";
import { byName, folderOf, isWithin, type RawPath } from "../paths/raw-path.ts";
import { inParallel } from "../reading/parallel.ts";
import { colonyFolders } from "./colony-folders.ts";
import { gitListing } from "./git-listing.ts";
import { GONE, problemOf, type CountedFile, type Inventory, type Problem, type Scope } from "./counted.ts";
import { walkFolders } from "./walk.ts";

/** Lists what counts in a scope. Nothing is remembered between calls: the folder is somebody else's and changes. */
export async function takeInventory(ground: Ground, scope: Scope, signal: AbortSignal): Promise<Inventory> {
  const listing = await gitListing(ground, signal);
  const excluded = await excludedBelow(ground, scope);
  const left = [...ground.excluded, ...scope.except];
  const wanted = (path: RawPath): boolean =>
    isMeant(path, scope) && !left.some((folder) => isWithin(path, folder));
  if (listing.kind === "none") {
    const { colonies, ...walked } = await walkFolders(ground, { scope, wanted, left, signal });
    return { ...walked, source: "find", note: listing.note, excluded: [...excluded, ...colonies] };
  }
  const colonies = colonyFolders(listing.paths.filter(wanted));
  const counts = (path: RawPath): boolean =>
    wanted(path) && !colonies.some((folder) => isWithin(path, folder));
  const counted = await regularFiles(ground, listing.paths.filter(counts), signal);
  // A folder that cannot be opened is a problem wherever anything in it could be meant.
  const unopened = listing.problems.filter(
    ({ path }) =>
      scope.paths.some((place) => isWithin(path, place)) && !left.some((folder) => isWithin(path, folder)),
  );
  const problems = [...counted.problems, ...unopened].toSorted((a, b) => byName(a.path, b.path));
  return { ...counted, problems, source: "git", note: undefined, excluded: [...excluded, ...colonies] };
}

function isMeant(path: RawPath, scope: Scope): boolean {
  return scope.paths.some((place) => {
    if (path === place) return true;
    if (!isWithin(path, place)) return false;
    if (scope.include === "all") return true;
    return (folderOf(path) === place) === (scope.include === "direct");
  });
}

async function excludedBelow(ground: Ground, scope: Scope): Promise<readonly RawPath[]> {
  const below = ground.excluded.filter((folder) => isMeant(folder, scope));
  const there = await Promise.all(
    below.map(async (folder) => lstat(absolute(ground, folder)).then(Boolean, () => false)),
  );
  return below.filter((_, index) => there[index] === true);
}

/** Of what git lists, the regular files; what git calls a folder is a repository of its own. */
async function regularFiles(
  ground: Ground,
  paths: readonly RawPath[],
  signal: AbortSignal,
): Promise<Pick<Inventory, "files" | "notCounted" | "problems">> {
  const files: CountedFile[] = [];
  const problems: Problem[] = [];
  const tally = { symbolicLinks: 0, specialFiles: 0, nestedRepositories: 0, deleted: 0 };
  await inParallel(paths, signal, async (listed) => {
    const path = listed.endsWith("/") ? listed.slice(0, -1) : listed;
    try {
      const stats = await lstat(absolute(ground, path));
      if (stats.isFile()) files.push({ path, sizeBytes: stats.size });
      else if (stats.isSymbolicLink()) tally.symbolicLinks += 1;
      else if (stats.isDirectory()) tally.nestedRepositories += 1;
      else tally.specialFiles += 1;
    } catch (error) {
      const problem = problemOf(error);
      if (problem === GONE) tally.deleted += 1;
      else problems.push({ path, problem });
    }
  });
  return { files: files.toSorted((a, b) => byName(a.path, b.path)), notCounted: tally, problems };
}
