// `npm run bench [-- part-of-a-line's-name] [--quick]`: one program measures everything, side by side. `-- peers` installs
// other agent runtimes outside the workspace and measures them beside Colony.

import { spawnSync } from "node:child_process";

process.chdir(`${import.meta.dirname}/..`);
const { status } = spawnSync(process.execPath, ["bench/bench.ts", ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;
