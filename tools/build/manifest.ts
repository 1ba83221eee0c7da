import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What `package.json` says that a build has to know. */
export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly publishConfig: {
    readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
    readonly bin?: Readonly<Record<string, string>>;
  };
}

/** A package that is published. */
export interface Package {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** All that are published, by the names of their folders. */
export function publishedPackages(root: string): readonly Package[] {
  const packages = join(root, "packages");
  return readdirSync(packages)
    .toSorted()
    .map((name) => join(packages, name))
    .map((folder) => ({ folder, manifest: readManifest(folder) }));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** The sources that are entries, by the names that they have in `dist` without an ending: what is exported, and programs. */
export function entriesOf({ publishConfig }: Manifest): Record<string, string> {
  const built = [
    ...Object.values(publishConfig.exports).map((entry) => entry.default),
    ...Object.values(publishConfig.bin ?? {}),
  ];
  return Object.fromEntries(
    built
      .map((path) => path.slice("./dist/".length, -".js".length))
      .map((name) => [name, `./src/${name}.ts`]),
  );
}
