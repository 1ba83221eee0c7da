import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { hasNode } from "./node-version.mjs";
import { SetupError } from "./setup-error.mjs";
import { isLocked, lock } from "./setup-lock.mjs";

export { SetupError };

// The version is pinned here and not in package.json: every pnpm but this very one refuses a project that names it.
const pnpmVersion = "12.21.0";

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Installs the dependencies when they are not those of the lock file; says nothing when there is nothing to do. */
export async function setUp(root) {
  if (isInstalled(root)) return;
  const held = await lock(root, () => say("waiting for another set-up of this folder to finish"));
  if (existsSync(join(root, "node_modules", ".pnpm", "lock.yaml"))) {
    if (!held.unfinished && isInstalled(root, { ours: true })) return held.release();
    say("Bringing the dependencies up to date ...");
  } else {
    say("Setting up Colony (first run, about 20 s) ...");
  }
  const pnpm = findPnpm();
  await run(pnpm, ["install", "--frozen-lockfile", "--trust-lockfile"], { root, held });
  // An install that was cut short while it fetched Node counts as complete for pnpm; only a rebuild fetches it again.
  if (!hasNode(root)) await run(pnpm, ["rebuild", "node"], { root, held });
  held.release();
  say("Ready.");
}

// pnpm leaves a byte-equal copy of the lock file it installed from. The lock of a set-up that did not finish stays.
function isInstalled(root, { ours = false } = {}) {
  if (!ours && isLocked(root)) return false;
  const wanted = join(root, "pnpm-lock.yaml");
  const installed = join(root, "node_modules", ".pnpm", "lock.yaml");
  return existsSync(installed) && readFileSync(installed).equals(readFileSync(wanted)) && hasNode(root);
}

function findPnpm() {
  const found = spawnSync("pnpm", ["--version"], { encoding: "utf8", shell: process.platform === "win32" });
  if (found.status === 0 && found.stdout.startsWith(`${pnpmVersion.split(".")[0]}.`)) return ["pnpm"];
  return ["npx", "--yes", `pnpm@${pnpmVersion}`];
}

// What pnpm says is shown only when it fails: on success it would bury the program's own output. It gets a process
// group of its own, since npx does not pass signals on to the pnpm below it.
function run([program, ...first], args, { root, held }) {
  const windows = process.platform === "win32";
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      shell: windows,
      detached: !windows,
      env: { ...process.env, CI: "1" },
    });
    if (!windows && child.pid !== undefined) held.share(child.pid);
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    let stoppedBy;
    const stop = (signal) => {
      stoppedBy = signal;
      if (windows) child.kill(signal);
      else process.kill(-child.pid, signal);
    };
    for (const signal of stopSignals) process.on(signal, stop);
    const fail = (message, exitCode) => reject(new SetupError(message, exitCode));
    const settle = (finish) => {
      for (const signal of stopSignals) process.off(signal, stop);
      finish();
    };
    child.once("error", (error) =>
      settle(() => fail(`cannot run ${program} (${error.message}); install Node with npm`)),
    );
    child.once("close", (code) =>
      settle(() => {
        if (stoppedBy !== undefined) {
          return fail("set-up was stopped; the next run finishes it", 128 + constants.signals[stoppedBy]);
        }
        if (code === 0) return resolve();
        process.stderr.write(output);
        return fail(
          `"${[program, ...first, ...args].join(" ")}" failed (exit code ${code}); its output stands above`,
        );
      }),
    );
  });
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
