import { lstat, readdir } from "node:fs/promises";
import { absolute, type Ground } from "../paths/confine.ts";
import { byName, isWithin, joined, rawOf, type RawPath } from "../paths/raw-path.ts";
import { inParallel } from "../reading/parallel.ts";
import { isColony } from "./colony-folders.ts";
import { GONE, problemOf, type CountedFile, type Inventory, type Problem, type Scope } from "./counted.ts";

/** What a walk is told: where to begin, what it wants, and which folders it stays out of. */
export interface WalkOptions {
  readonly scope: Scope;
  readonly wanted: (path: RawPath) => boolean;
  readonly left: readonly RawPath[];
  readonly signal: AbortSignal;
}

/** Every regular file below the scope's paths, as `find -type f` lists them: symbolic links are met and not followed. */
export async function walkFolders(
  ground: Ground,
  options: WalkOptions,
): Promise<Pick<Inventory, "files" | "notCounted" | "problems"> & { readonly colonies: readonly RawPath[] }> {
  const { scope, wanted, left, signal } = options;
  const files: CountedFile[] = [];
  const colonies: RawPath[] = [];
  const problems: Problem[] = [];
  const tally = { symbolicLinks: 0, specialFiles: 0, nestedRepositories: 0, deleted: 0 };
  const seen = new Set<RawPath>();
  let next: RawPath[] = [];

  const meet = async (path: RawPath): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    await noting(path, problems, async () => {
      const stats = await lstat(absolute(ground, path));
      if (stats.isDirectory()) next.push(path);
      else if (!wanted(path)) return;
      else if (stats.isFile()) files.push({ path, sizeBytes: stats.size });
      else if (stats.isSymbolicLink()) tally.symbolicLinks += 1;
      else tally.specialFiles += 1;
    });
  };

  await inParallel(scope.paths, signal, meet);
  for (let level = 0; next.length > 0 && (level === 0 || scope.include !== "direct"); level += 1) {
    const folders = next;
    next = [];
    await inParallel(folders, signal, async (folder) =>
      noting(folder, problems, async () => {
        const names = (await readdir(absolute(ground, folder), { encoding: "buffer" })).map(rawOf);
        if (names.some((name) => isColony(joined(folder, name)))) {
          colonies.push(folder);
          return;
        }
        for (const name of names) {
          const child = joined(folder, name);
          if (!left.some((excluded) => isWithin(child, excluded))) await meet(child);
        }
      }),
    );
  }
  return {
    files: files.toSorted((a, b) => byName(a.path, b.path)),
    notCounted: tally,
    problems: problems.toSorted((a, b) => byName(a.path, b.path)),
    colonies: colonies.toSorted(byName),
  };
}

/** What cannot be looked at is named; what is gone meanwhile was never there. */
async function noting(path: RawPath, problems: Problem[], look: () => Promise<void>): Promise<void> {
  try {
    await look();
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== GONE) problems.push({ path, problem });
  }
}
