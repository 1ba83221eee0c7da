import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Peer, PeerPackages } from "./peers.ts";

/** Where a peer's program can be run, or why it cannot. */
export type Installed = { readonly program: string } | { readonly problem: string };

const PROGRAMS = join(import.meta.dirname, "programs");
const DONE = ".installed";

/** Outside the workspace, so that no peer finds a package of ours, nor we one of theirs. */
const PEERS_FOLDER = join(
  process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
  "colony-bench",
  "peers",
);

/** Brings a peer's packages into a folder of their own, where they stay for the next time, and its program to them. */
export async function install(
  { name: peerName, program }: Peer,
  packages: PeerPackages,
  say: (text: string) => void,
): Promise<Installed> {
  const folder = join(PEERS_FOLDER, digest(packages));
  if (!existsSync(join(folder, DONE))) {
    say(`${peerName}: installing into ${folder}`);
    const problem = await installPackages(folder, packages);
    if (problem !== undefined) return { problem };
  }
  // Beside each other, since some share a file.
  for (const name of await readdir(PROGRAMS))
    if (name.endsWith(".mjs")) await copyFile(join(PROGRAMS, name), join(folder, name));
  return { program: join(folder, program) };
}

async function installPackages(
  folder: string,
  { packages, overrides = {} }: PeerPackages,
): Promise<string | undefined> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, type: "module", dependencies: packages, overrides };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  const said = await runNpm(folder, [
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
  ]);
  if (said !== undefined) return said;
  await writeFile(join(folder, DONE), "");
  return undefined;
}

/** Why npm failed; undefined where it did not. */
async function runNpm(cwd: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn("npm", args, {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    shell: process.platform === "win32",
    timeout: 300_000,
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  child.on("error", ({ message }) => resolve(`npm could not be started: ${message}`));
  child.on("close", (status) => {
    const code = /error code (\w+)/.exec(said)?.[1] ?? `status ${status}`;
    resolve(status === 0 ? undefined : `npm could not install it (${code})`);
  });
  return await promise;
}

function digest(packages: PeerPackages): string {
  const [first = "peer"] = Object.keys(packages.packages);
  const hash = createHash("sha256").update(JSON.stringify(packages)).digest("hex").slice(0, 8);
  return `${first.replaceAll(/[^a-z]+/g, "-").replace(/^-/, "")}-${hash}`;
}
