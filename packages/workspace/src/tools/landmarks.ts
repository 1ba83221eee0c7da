import { byName, depthOf, nameOf, type RawPath } from "../paths/raw-path.ts";

const LANDMARKS: readonly RegExp[] = [
  /^readme(?:\.(?:md|markdown|rst|txt|adoc))?$/iu,
  /^(?:package\.json|pyproject\.toml|cargo\.toml)$/iu,
  /^(?:index|main|mod|lib|__init__|app)\.(?:[cm]?[jt]sx?|py|rs|go|java|kt|rb|php)$/iu,
];
const MAX_LANDMARKS = 6;

/** Files that usually say what a folder is for, the likeliest first: READMEs, manifests, main files; shallow before deep. */
export function landmarksOf(paths: readonly RawPath[]): readonly RawPath[] {
  return paths
    .map((path) => ({ path, rank: LANDMARKS.findIndex((pattern) => pattern.test(nameOf(path))) }))
    .filter(({ rank }) => rank >= 0)
    .toSorted((a, b) => depthOf(a.path) - depthOf(b.path) || a.rank - b.rank || byName(a.path, b.path))
    .slice(0, MAX_LANDMARKS)
    .map(({ path }) => path);
}
