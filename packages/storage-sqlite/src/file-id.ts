import { statSync } from "node:fs";

/** Which file lies at a path; undefined where none does. */
export function fileId(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
