import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Compiled code is kept from one process to the next, as `npm start` does it. */
const NODE_COMPILE_CACHE = join(tmpdir(), "colony-cli-tests-compiled");

const MAIN = resolve(import.meta.dirname, "../main.ts");

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that is under way. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when it has said this on standard error. */
  said(words: string): Promise<void>;
}

/** How a process is started. */
export interface StartOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on standard input; `open` leaves it open and silent. Default: nothing. */
  readonly input?: string;
  readonly stdin?: "open";
  /** Who it is run as. Default: whoever runs the tests. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Starts the real command line as a process of its own, with none of our own environment's keys. */
export function start(argv: readonly string[], options: StartOptions): Started {
  const { cwd, env = {}, input = "", stdin, user = {} } = options;
  const inherited = { NODE_COMPILE_CACHE, PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" };
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd,
    env: { ...inherited, ...env },
    stdio: "pipe",
    ...user,
  });
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  child.stdin.on("error", () => undefined);
  if (stdin !== "open") child.stdin.end(input);
  const ended = new Promise<Ended>((done) => {
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
  const said = (words: string): Promise<void> =>
    new Promise((done, failed) => {
      const look = (): void => {
        if (!stderr.includes(words)) return;
        listeners.delete(look);
        done();
      };
      listeners.add(look);
      look();
      void ended.then(() => failed(new Error(`it ended without saying "${words}", but: ${stderr}`)));
    });
  return { child, ended, said };
}

/** The same, until it has ended. */
export async function colony(argv: readonly string[], options: StartOptions): Promise<Ended> {
  return await start(argv, options).ended;
}

/** A folder of its own that is taken away at the end. */
export interface Place extends Disposable {
  readonly path: string;
  write(file: string, text: string): void;
}

/** Makes one, with a small project in it to be surveyed: three folders and a file. */
export function makePlace(): Place {
  const path = mkdtempSync(join(tmpdir(), "colony-cli-"));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  };
  write("README.md", "# Small\n\nA small project.\n");
  write("src/index.ts", "export const one = 1;\nexport function two() {}\n");
  write("docs/guide.md", "# Guide\n\nTODO: write it\n");
  write("tools/build.py", "def build():\n    pass\n");
  return { path, write, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
