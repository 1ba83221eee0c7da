import { rolldown } from "rolldown";
import { entriesOf, type Package } from "./manifest.ts";

/**
 * Makes the JavaScript of a package: one file for each of its entries, one for each part that is loaded when it is first
 * needed, and those that several of them share, all with source maps. What comes from other packages, ours or not, stays an
 * import, so that a program has one copy of each. Nothing is minified: stack traces and names are those of the sources.
 *
 * The names of shared and of later loaded files have a hash of what is in them: an upgrade beneath a running process takes them
 * away (`install.incomplete`) and never puts other code in their place. Throws where the bundler has anything to say.
 */
export async function bundlePackage({ folder, manifest }: Package, dist: string): Promise<void> {
  await bundle({ folder, entries: entriesOf(manifest), into: dist });
}

/** Files that are made into JavaScript, and those that they import by path with them. */
export interface Bundle {
  /** What the paths of the entries count from. */
  readonly folder: string;
  /** Paths of sources, by the names that they get, without an ending. */
  readonly entries: Readonly<Record<string, string>>;
  readonly into: string;
}

/** Makes JavaScript of programs as it is made of packages. */
export async function bundle({ folder, entries, into }: Bundle): Promise<void> {
  await using build = await rolldown({
    cwd: folder,
    input: entries,
    external: /^[^./]/u,
    platform: "node",
    transform: { target: "node24" },
    tsconfig: false,
    onLog(_level, { message }) {
      throw new Error(`${folder} cannot be bundled: ${message}`);
    },
  });
  await build.write({
    dir: into,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  });
}
