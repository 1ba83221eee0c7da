// `npm run build`: what is published. Declarations by tsc, JavaScript by the bundler. Begins with nothing, since neither of them
// takes away what was made of sources that are gone.

import { spawnSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundlePackage } from "./build/bundle.ts";
import { publishedPackages } from "./build/manifest.ts";

const root = join(import.meta.dirname, "..");
const tsc = join(root, "node_modules/typescript/bin/tsc");
const packages = publishedPackages(root);

for (const { folder } of packages) rmSync(join(folder, "dist"), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, "-b", "--stopBuildOnErrors"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
for (const one of packages) {
  await bundlePackage(one, join(one.folder, "dist"));
  for (const program of Object.values(one.manifest.publishConfig.bin ?? {}))
    chmodSync(join(one.folder, program), 0o755);
}
