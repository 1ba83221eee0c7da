import type { RawPath } from "../paths/raw-path.ts";

/** Which files of a workspace are meant. */
export interface Scope {
  /** Files and folders; a folder stands for what `include` says of it. */
  readonly paths: readonly RawPath[];
  /** Folders and files left out of them. */
  readonly except: readonly RawPath[];
  /** Of a folder: everything below it, only the files directly in it, or only those in its subfolders. */
  readonly include: "all" | "direct" | "below";
}

/** A regular file that counts. */
export interface CountedFile {
  readonly path: RawPath;
  /** Its size when it was listed. */
  readonly sizeBytes: number;
}

/** What was met and does not count, by kind. */
interface NotCounted {
  readonly symbolicLinks: number;
  /** Sockets, pipes, devices. */
  readonly specialFiles: number;
  /** Git repositories inside the work tree, which `git ls-files` does not look into. */
  readonly nestedRepositories: number;
  /** Tracked by git and gone from the folder. */
  readonly deleted: number;
}

/** A file or folder that could not be looked at, and why. */
export interface Problem {
  readonly path: RawPath;
  readonly problem: string;
}

/** The files that count, with what does not and what could not be seen. */
export interface Inventory {
  readonly files: readonly CountedFile[];
  /** `git`: what `git ls-files -co --exclude-standard` lists; `find`: what `find -type f` lists. */
  readonly source: "git" | "find";
  /** Why git was not asked, where the folder looks as if it should have been. */
  readonly note: string | undefined;
  readonly notCounted: NotCounted;
  readonly problems: readonly Problem[];
  /** Excluded folders below the scope that exist, and the folders of colonies that were met. */
  readonly excluded: readonly RawPath[];
}

/** Of a file that was listed and is no longer there. */
export const GONE = "it is gone";

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOENT: GONE,
  ENOTDIR: GONE,
  ELOOP: "it became a symbolic link",
  ENAMETOOLONG: "its path is too long",
  EIO: "the disk could not read it",
};

/** Why a file could not be looked at, in words; errors that are not the file system's are thrown on. */
export function problemOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string" || code.startsWith("ABORT")) throw error;
  return PROBLEMS[code] ?? `it could not be read (${code})`;
}
