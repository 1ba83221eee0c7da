import { spawn, type ChildProcess } from "node:child_process";
import { stat } from "node:fs/promises";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { ColonyError, messageOf } from "@colony/core";

/** How long a server may take to go once its input has ended, and then once it is asked to. Milliseconds. */
const GRACE = { inputMs: 500, termMs: 1_500, killMs: 5_000 } as const;

/** How long what it has said may still be read once it has ended. Milliseconds. */
const DRAIN_MS = 500;
const LOOK_MS = 5;

/** Most that is kept of what it says on standard error: the end of it. Characters. */
const STDERR_CHARACTERS = 4_000;

/**
 * Runs the program, and beside it a guard which reads the lifeline until that ends, as it does when the host lets go of it or
 * has died in whatever way, and then ends the whole group, itself included. The shell stays to wait for both, so that nothing
 * is left for others to reap; it hears the signals that are sent to its group and leaves them to the program.
 */
const GUARDED = `exec 4<&0 </dev/null
trap : TERM INT HUP
"$@" <&4 3<&- 4<&- & program=$!
{ trap "" TERM INT HUP; read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 4<&- & guard=$!
exec 3<&- 4<&-
while :; do wait "$program"; code=$?; kill -0 "$program" 2>/dev/null || break; done
kill -KILL "$guard"; wait "$guard" 2>/dev/null
exit "$code"`;

/** A shell's exit codes for a program that is not there, or that may not be run. */
const NOT_THERE = 127;
const NOT_RUNNABLE = 126;
/** What it adds to the number of the signal that has ended a program. */
const BY_SIGNAL = 128;

/** How a program is started. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly cwd: string | undefined;
}

/**
 * A program that is talked to, with everything it starts: a group of its own, which ends when it is told to, when its
 * leader ends, and when this process ends, even by SIGKILL. Only what has left the group for a session of its own stays.
 */
export class Child {
  /** Resolves when the program has ended and its group was ended with it. Never rejects. */
  readonly ended: Promise<void>;
  readonly #command: string;
  readonly #process: ChildProcess;
  readonly #lifeline: Writable;
  #stderr = "";
  #code: number | null | undefined;
  #signal: string | null = null;
  #ending: Promise<void> | undefined;

  private constructor(command: string, child: ChildProcess) {
    this.#command = command;
    this.#process = child;
    this.#lifeline = child.stdio[3] as Writable;
    this.#lifeline.on("error", () => undefined);
    child.on("error", () => undefined);
    // What is said to a program that has ended goes nowhere; that it has ended is told otherwise.
    child.stdin?.on("error", () => undefined);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = `${this.#stderr}${text}`.slice(-STDERR_CHARACTERS);
    });
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const exited = new Promise<void>((resolve) => {
      child.once("exit", (code, signal) => {
        this.#code = code;
        this.#signal = signal;
        this.#killGroup();
        resolve();
      });
    });
    this.ended = this.#settled(exited, closed);
  }

  /** Throws `mcp.unavailable` where nothing can be started. */
  static async start({ command, args, env, cwd }: ChildOptions): Promise<Child> {
    if (process.platform === "win32")
      throw new ColonyError(
        "mcp.unavailable",
        `"${command}" was not started: this system has no process groups; run it on Linux or macOS, or reach it by url`,
      );
    const folder = cwd === undefined ? undefined : await stat(cwd).catch(() => undefined);
    if (cwd !== undefined && folder?.isDirectory() !== true)
      throw new ColonyError(
        "mcp.unavailable",
        `there is no folder "${cwd}" to run "${command}" in; make it, or choose another one`,
      );
    const child = spawn("/bin/sh", ["-c", GUARDED, "sh", command, ...args], {
      env: { ...env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
    });
    if (child.pid === undefined) {
      const cause = await new Promise<Error>((resolve) => child.once("error", resolve));
      throw new ColonyError("mcp.unavailable", `"${command}" could not be started: ${messageOf(cause)}`, {
        cause,
      });
    }
    return new Child(command, child);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** What it says, until it ends. */
  get output(): Readable {
    if (this.#process.stdout === null) throw new Error("a child is started with its output open");
    return this.#process.stdout;
  }

  /** Resolves when it was taken, or when there is nobody any more to take it. */
  async write(text: string): Promise<void> {
    const { stdin } = this.#process;
    if (stdin === null || !stdin.writable) return;
    if (stdin.write(text)) return;
    await Promise.race([new Promise<void>((resolve) => stdin.once("drain", resolve)), this.ended]);
  }

  /** How it ended, in words with what it said last on standard error; undefined while it runs. */
  get fate(): string | undefined {
    if (this.#code === undefined) return undefined;
    const last = this.#stderr.trim().split("\n").at(-1)?.trim() ?? "";
    if (this.#code === NOT_THERE && last.includes("not found"))
      return `there is no program "${this.#command}" in the PATH; install it, or give its path`;
    if (this.#code === NOT_RUNNABLE) return `"${this.#command}" may not be run; check its permissions`;
    const how = wayOf(this.#code, this.#signal);
    return `"${this.#command}" ${how}${last === "" ? "" : `, saying "${last}"`}`;
  }

  /**
   * Ends it: its input ends, which is how such servers are told to go; then its group is asked to, and then forced.
   * Resolves when its leader has ended. May be called twice.
   */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#process.stdin?.end();
    if (await this.#hasEndedWithin(GRACE.inputMs)) return;
    this.#signalGroup("SIGTERM");
    if (await this.#hasEndedWithin(GRACE.termMs)) return;
    this.#killGroup();
    await this.#hasEndedWithin(GRACE.killMs);
    for (const stream of this.#process.stdio) stream?.destroy();
  }

  async #hasEndedWithin(ms: number): Promise<boolean> {
    const waiting = new AbortController();
    const late = sleep(ms, false, { signal: waiting.signal }).catch(() => false);
    const ended = await Promise.race([this.ended.then(() => true), late]);
    waiting.abort();
    return ended;
  }

  /** Somebody outside of the group may hold on to its outputs, and is not waited for. */
  async #settled(exited: Promise<void>, closed: Promise<void>): Promise<void> {
    await exited;
    const late = sleep(DRAIN_MS, undefined, { ref: false });
    await Promise.race([Promise.all([closed, this.#isGone()]), late]);
  }

  /** Resolves when nothing of the group is left. */
  async #isGone(): Promise<void> {
    for (let looks = 0; looks < DRAIN_MS / LOOK_MS && this.#signalGroup(0); looks += 1) await sleep(LOOK_MS);
  }

  #killGroup(): void {
    this.#signalGroup("SIGKILL");
    this.#lifeline.destroy();
  }

  /** False where nobody is left in it. */
  #signalGroup(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-this.pid, signal);
    } catch {
      return false;
    }
  }
}

function wayOf(code: number | null, signal: string | null): string {
  const number = code === null ? 0 : code - BY_SIGNAL;
  const name =
    signal ?? Object.entries(constants.signals).find(([, value]) => number > 0 && value === number)?.[0];
  return name === undefined ? `ended with exit code ${code ?? 0}` : `was ended by ${name}`;
}
