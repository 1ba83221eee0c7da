import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

// A real disk that can be full: a file system of its own, seen by one process only and gone with it.

const WAYS: readonly (readonly [string, ...string[]])[] = [
  ["unshare", "-m"],
  ["unshare", "-rm"],
  ["sudo", "-n", "unshare", "-m"],
];

const mounting = (size: string): string =>
  `mount -t tmpfs -o size=${size} none "$COLONY_DISK" && cd "$COLONY_DISK"`;

function withPlace<T>(use: (env: NodeJS.ProcessEnv, place: string) => T): T {
  const place = mkdtempSync(join(tmpdir(), "colony-disk-"));
  try {
    return use({ ...process.env, COLONY_DISK: place }, place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** The command under which file systems can be mounted here; undefined where that is not allowed. */
export const MOUNTS: readonly [string, ...string[]] | undefined = withPlace((env) =>
  WAYS.find(
    ([command, ...args]) =>
      spawnSync(command, [...args, "sh", "-c", mounting("1m")], { env, stdio: "ignore" }).status === 0,
  ),
);

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

const PRELUDE = `
  import { execFileSync } from "node:child_process";
  import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
  import { createScriptedModel } from ${moduleOf("@colony/testkit")};
  import { createLogger, defineWorker, openColony, openColonyReader } from ${JSON.stringify(new URL("../index.ts", import.meta.url).href)};
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => logger };
  const dir = process.env.COLONY_DISK + "/colony";
  /** Takes every free byte; what is returned gives them back. */
  const fill = () => {
    const path = process.env.COLONY_DISK + "/filler";
    const handle = openSync(path, "w");
    const block = Buffer.alloc(4096);
    try { for (;;) writeSync(handle, block); } catch (error) { if (error.code !== "ENOSPC") throw error; }
    closeSync(handle);
    return () => rmSync(path);
  };
  /** The code of what is thrown, and its words; "ok" where nothing is. */
  const outcome = async (work) => {
    try { await work(); return "ok"; } catch (error) { return error.code + ": " + error.message; }
  };
  const eventsOf = async (source) => {
    const events = [];
    for await (const event of source.feed({ until: source.head() })) events.push(event);
    return events;
  };
  const tell = (facts) => process.stdout.write(JSON.stringify(facts));
`;

/** Runs a program that has a colony on a file system of this size, and returns what it told. */
export async function onSmallDisk(size: string, code: string): Promise<unknown> {
  const [command, ...args] = MOUNTS ?? ["false"];
  const place = mkdtempSync(join(tmpdir(), "colony-disk-"));
  try {
    const node = [process.execPath, "--input-type=module", "-e", PRELUDE + code];
    const child = spawn(command, [...args, "sh", "-c", `${mounting(size)} && exec "$@"`, "sh", ...node], {
      env: { ...process.env, COLONY_DISK: place },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [told, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (told === "") throw new Error(`the program said nothing, but: ${complaints}`);
    return JSON.parse(told);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
