import { rolldown } from "rolldown";
import { entriesOf, type Package } from "./manifest.ts";

/**
 * Makes the JavaScript of a package: one file for each of its entries, one for what they share, and one for each part that is
 * loaded when it is first needed, each with its source map. What comes from other packages, ours or not, stays an import, so
 * that a program has one copy of each. Nothing is minified: stack traces and class names are those of the sources.
 *
 * The names of shared and lazy files have a hash of what is in them: an upgrade beneath a running process takes them away
 * (`install.incomplete`) and never puts other code in their place.
 */
export async function bundlePackage({ folder, manifest }: Package, dist: string): Promise<void> {
  await using bundle = await rolldown({
    cwd: folder,
    input: entriesOf(manifest),
    external: /^[^./]/,
    platform: "node",
    transform: { target: "node24" },
    tsconfig: false,
    onLog(_level, { message }) {
      throw new Error(`${manifest.name}: ${message}`);
    },
  });
  await bundle.write({
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
    sourcemap: true,
  });
}
