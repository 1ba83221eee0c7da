import { relative, sep } from "node:path";

/** A path as people write it: `~` for their own folder. */
export function homePath(path: string, home: string | undefined): string {
  if (home === undefined || home === "") return path;
  const inside = relative(home, path);
  if (inside === "") return "~";
  return inside === ".." || inside.startsWith(`..${sep}`) || inside.startsWith(sep)
    ? path
    : `~${sep}${inside}`;
}
