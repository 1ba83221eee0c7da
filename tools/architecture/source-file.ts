import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** A file of the repository; `path` counts from the root and has forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const notOurs = new Set([
  "node_modules",
  "dist",
  "coverage",
  "bench-results",
  ".git",
  ".colony",
  ".playwright",
]);

/** Every text file below a folder, without what is installed or built. */
export function readTree(root: string): readonly SourceFile[] {
  return readdirSync(root, { withFileTypes: true, recursive: false })
    .filter((entry) => !notOurs.has(entry.name) && !entry.name.startsWith(".setup-lock"))
    .flatMap((entry) => {
      const path = join(root, entry.name);
      if (entry.isDirectory()) return readTree(path).map((file) => below(entry.name, file));
      return entry.isFile() ? readText(root, path) : [];
    });
}

function below(folder: string, file: SourceFile): SourceFile {
  return { path: `${folder}/${file.path}`, text: file.text };
}

function readText(root: string, path: string): readonly SourceFile[] {
  const text = readFileSync(path, "utf8");
  return text.includes("\0") ? [] : [{ path: relative(root, path).split(sep).join("/"), text }];
}

/** What a rule has to say, a sentence a finding; none is green. */
export type Rule = (file: SourceFile) => readonly string[];

/** Holds a rule against the files of a pattern. A pattern that matches no file is a finding of its own. */
export function findingsIn(files: readonly SourceFile[], pattern: RegExp, rule: Rule): readonly string[] {
  const matching = files.filter(({ path }) => pattern.test(path));
  if (matching.length === 0) return [`${String(pattern)} matches no file: nothing was checked`];
  return matching.flatMap((file) => rule(file).map((finding) => `${file.path}: ${finding}`));
}
