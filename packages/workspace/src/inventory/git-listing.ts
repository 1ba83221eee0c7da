import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Problem } from "./counted.ts";
import type { Ground } from "../paths/confine.ts";
import { bytesOf, type RawPath } from "../paths/raw-path.ts";

/** What git lists below the root, or that it is not to be asked (and why, where that is a surprise). */
export type GitListing =
  | { readonly kind: "listed"; readonly paths: readonly RawPath[]; readonly problems: readonly Problem[] }
  | { readonly kind: "none"; readonly note: string | undefined };

// The repository's own configuration may name a program to run when files are listed; a reader runs none.
const LIST = [
  "-c",
  "core.fsmonitor=false",
  "--no-optional-locks",
  "ls-files",
  "-co",
  "--exclude-standard",
  "-z",
];
const MAX_LISTING_BYTES = 2 ** 30;
const NOT_A_WORK_TREE = /not a git repository|must be run in a work tree/u;
// These would point git at another repository than the folder's.
const MISLEADING = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_PREFIX",
  "GIT_NAMESPACE",
];

/** Asks git, in the root, which files belong to the work tree: tracked ones, and new ones that are not ignored. */
export async function gitListing(ground: Ground, signal: AbortSignal): Promise<GitListing> {
  const root = bytesOf(ground.root).toString("utf8");
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !MISLEADING.includes(name)));
  const result = await runGit(root, { ...env, LC_ALL: "C" }, signal);
  signal.throwIfAborted();
  if (result.error === undefined)
    return {
      kind: "listed",
      paths: [...new Set(result.output.split("\0"))].filter((path) => path !== ""),
      problems: unopened(result.warnings),
    };
  if (NOT_A_WORK_TREE.test(result.error)) return { kind: "none", note: undefined };
  if (result.missing && !(await isBelowRepository(root))) return { kind: "none", note: undefined };
  const why = result.missing ? "git is not installed" : firstLine(result.error);
  return {
    kind: "none",
    note: `every file was counted, ignored ones too, because git did not answer: ${why}`,
  };
}

interface GitResult {
  readonly output: RawPath;
  readonly error: string | undefined;
  /** What git says besides, also where it succeeds. */
  readonly warnings: string;
  readonly missing: boolean;
}

async function runGit(cwd: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<GitResult> {
  return new Promise((resolve) => {
    const options = { cwd, env, signal, maxBuffer: MAX_LISTING_BYTES, encoding: "latin1" } as const;
    execFile("git", LIST, options, (error, output, errors) => {
      const missing = error !== null && error.code === "ENOENT";
      resolve({
        output,
        error: error === null ? undefined : errors || error.message,
        warnings: errors,
        missing,
      });
    });
  });
}

const UNOPENED = /^warning: could not open directory '(.+?)\/?': (.+)$/gmu;

/** Folders that git could not look into: it only warns, and lists the rest. */
function unopened(warnings: string): readonly Problem[] {
  return [...warnings.matchAll(UNOPENED)].map(([, path = "", why = ""]) => ({
    path,
    problem: why.toLowerCase(),
  }));
}

async function isBelowRepository(folder: string): Promise<boolean> {
  const here = await access(join(folder, ".git")).then(
    () => true,
    () => false,
  );
  if (here || dirname(folder) === folder) return here;
  return isBelowRepository(dirname(folder));
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
