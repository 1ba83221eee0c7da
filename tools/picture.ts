// `node tools/run.mjs tools/picture.ts`: runs a real chat in a real terminal (util-linux's `script`), looks at its screen
// while workers are busy, and writes what it sees to docs/images/run.svg.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import xterm from "@xterm/headless";
import { svgOf } from "./picture/svg.ts";

const COLUMNS = 116;
const ROWS = 26;

process.chdir(`${import.meta.dirname}/..`);
const home = mkdtempSync(join(tmpdir(), "colony-picture-"));
// A clone in somebody's home, so that the picture shows no path of the machine that it is taken on.
execFileSync("git", ["clone", "--quiet", "--depth", "1", `file://${process.cwd()}`, join(home, "colony")]);
const main = join(process.cwd(), "packages/cli/src/main.ts");
const command = `stty cols ${COLUMNS} rows ${ROWS}; exec ${process.execPath} ${main} chat`;
const child = spawn("script", ["-qfec", command, "/dev/null"], {
  cwd: join(home, "colony"),
  env: {
    ...process.env,
    HOME: home,
    INIT_CWD: join(home, "colony"),
    COLONY_OFFLINE_THINK_MS: "700",
    TERM: "xterm-256color",
    COLUMNS: String(COLUMNS),
  },
  stdio: ["pipe", "pipe", "inherit"],
});
const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
child.stdout.on("data", (data: Buffer) => terminal.write(data));

await sleep(2_500);
for (const letter of "Survey this repository") {
  child.stdin.write(letter);
  await sleep(20);
}
child.stdin.write("\r");
await sleep(Number(process.argv[2] ?? 5_200));
writeFileSync("docs/images/run.svg", svgOf(terminal));
child.kill("SIGKILL");
rmSync(home, { recursive: true, force: true });
console.log("docs/images/run.svg is written");
process.exit(0);
