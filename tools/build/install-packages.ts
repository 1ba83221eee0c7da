import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundlePackage } from "./bundle.ts";
import { publishedPackages, type Manifest, type Package } from "./manifest.ts";

const root = join(import.meta.dirname, "../..");

/**
 * Puts every package into `node_modules` of a folder as its users get it: the manifest as it is published and the built
 * JavaScript (no declarations), and beside them links to what it depends on. Nothing of this repository's own `dist` is used.
 */
export async function installPackages(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  for (const one of publishedPackages(root)) await installPackage(one, join(modules, one.manifest.name));
}

/** Links packages of others, as they are installed for one folder (`from`), into the `node_modules` of another. */
export function linkDependencies(
  names: readonly string[],
  { from, to }: { readonly from: string; readonly to: string },
): void {
  for (const name of names) {
    const link = join(to, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(realpathSync(join(from, "node_modules", name)), link, "junction");
  }
}

async function installPackage({ folder, manifest }: Package, installed: string): Promise<void> {
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), JSON.stringify(asPublished(manifest), null, 2));
  const others = Object.keys(manifest.dependencies ?? {}).filter((name) => !name.startsWith("@colony/"));
  linkDependencies(others, { from: folder, to: installed });
  await bundlePackage({ folder, manifest }, join(installed, "dist"));
}

function asPublished({ publishConfig, ...manifest }: Manifest): object {
  return { ...manifest, ...publishConfig };
}
