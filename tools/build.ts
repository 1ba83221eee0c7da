// `npm run build`: what is published. Cleans first, since tsc leaves behind the output of deleted sources.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const tsc = join(root, "node_modules/typescript/bin/tsc");

for (const args of [
  ["-b", "--clean"],
  ["-b", "--stopBuildOnErrors"],
]) {
  const { status } = spawnSync(process.execPath, [tsc, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
