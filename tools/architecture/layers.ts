import { z } from "zod";
import type { SourceFile } from "./source-file.ts";

/** Which packages of ours a package may depend on. A package that is not in the table is a finding. */
const allowedDependencies: Readonly<Record<string, readonly string[] | "all">> = {
  core: [],
  eventbus: ["core"],
  "storage-sqlite": ["core"],
  testkit: ["core", "eventbus"],
  worker: ["core", "eventbus"],
  overseer: ["core", "eventbus", "worker"],
  offline: ["core"],
  workspace: ["core"],
  mcp: ["core"],
  runtime: ["core", "eventbus", "storage-sqlite", "worker", "overseer"],
  definitions: ["core", "worker", "workspace", "mcp", "runtime"],
  cli: "all",
};

/** Who depends on whom, by short name. */
export type PackageGraph = Readonly<Record<string, readonly string[]>>;

const scope = "@colony/";
const Manifest = z.object({
  name: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  peerDependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

/** The graph that the packages' manifests declare; development dependencies are not part of it. */
export function packageGraph(files: readonly SourceFile[]): PackageGraph {
  const manifests = files.filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path));
  return Object.fromEntries(
    manifests.map(({ text }) => {
      const manifest = Manifest.parse(JSON.parse(text));
      const declared = {
        ...manifest.dependencies,
        ...manifest.peerDependencies,
        ...manifest.optionalDependencies,
      };
      return [shortName(manifest.name), ourNames(Object.keys(declared))];
    }),
  );
}

function ourNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith(scope)).map(shortName);
}

function shortName(name: string): string {
  return name.slice(scope.length);
}

/** Dependencies that the table does not allow, and rows of the table or packages that the other side does not know. */
export function layerFindings(graph: PackageGraph, allowed = allowedDependencies): readonly string[] {
  const names = Object.keys(graph);
  if (names.length === 0) return ["no package was found: nothing was checked"];
  const unknown = names.filter((name) => allowed[name] === undefined);
  const gone = Object.keys(allowed).filter((name) => graph[name] === undefined);
  return [
    ...unknown.map((name) => `${name} has no row in the table of allowed dependencies`),
    ...gone.map((name) => `${name} has a row in the table of allowed dependencies and is no package`),
    ...names.flatMap((name) => wrongDependencies(name, graph[name] ?? [], allowed[name] ?? [])),
  ];
}

function wrongDependencies(
  name: string,
  dependencies: readonly string[],
  allowed: readonly string[] | "all",
): readonly string[] {
  if (allowed === "all") return [];
  return dependencies
    .filter((dependency) => !allowed.includes(dependency))
    .map((dependency) => `${name} may not depend on ${dependency}`);
}

/** The first way around a circle of packages, as names in order; undefined when there is none. */
export function findCycle(graph: PackageGraph): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): readonly string[] | undefined => {
    const start = path.indexOf(name);
    if (start >= 0) return [...path.slice(start), name];
    if (done.has(name)) return undefined;
    for (const next of graph[name] ?? []) {
      const cycle = visit(next, [...path, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of Object.keys(graph)) {
    const cycle = visit(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
