import { randomUUID } from "node:crypto";
import {
  ColonyError,
  loadedPart,
  type Clock,
  type OwnProcess,
  type ProcessOutcome,
  type Processes,
} from "@colony/core";
import { BoundedOutput } from "./bounded-output.ts";
import type { GatedChild } from "./gated-child.ts";
import { lookAfter } from "./own-groups.ts";
import { MARK_VARIABLE, PROC, ProcessTable, marksWithin, type ProcessFiles } from "./process-table.ts";
import { ProcessTree, endGroupNow, isLeaderAlive, startTokenOf, type Reach } from "./process-tree.ts";

const DEFAULT_OUTPUT_BYTES = 1_000_000;

/** How long what a process leaves behind in its group may take to go when it is asked to. Milliseconds. */
const LEFTOVER_GRACE_MS = 2_000;

/** How long outputs may stay open once the whole group has ended: somebody outside of it may hold on to them. Milliseconds. */
const DRAIN_MS = 500;

/** How long force may take. Milliseconds. */
const FORCE_MS = 5_000;

const FIRST_LOOK_MS = 5;
const LONGEST_LOOK_MS = 100;

/** Processes of this machine, on any system with process groups. */
export function createSystemProcesses({
  clock,
  files = PROC,
}: {
  readonly clock: Clock;
  /** What the system says of its processes, where it says anything in files. */
  readonly files?: ProcessFiles;
}): Processes {
  return new SystemProcesses(clock, new ProcessTable(files));
}

class SystemProcesses implements Processes {
  readonly #clock: Clock;
  readonly #table: ProcessTable;

  constructor(clock: Clock, table: ProcessTable) {
    this.#clock = clock;
    this.#table = table;
  }

  async spawn(
    command: string,
    args: readonly string[],
    { cwd = process.cwd(), env = {}, input, outputBytes, signal }: Parameters<Processes["spawn"]>[2],
  ): Promise<OwnProcess> {
    const { startGated } = await loadedPart(import("./gated-child.ts"));
    if (signal.aborted)
      throw new ColonyError("wait.aborted", `"${command}" was not started: it was called off`);
    if (process.platform === "win32")
      throw new ColonyError(
        "process.not_started",
        `"${command}" was not started: this system has no process groups; run it on Linux or macOS`,
      );
    const mark = randomUUID();
    const gated = await startGated(command, args, {
      cwd,
      env: { ...process.env, ...env, [MARK_VARIABLE]: marksWithin(mark) },
      input,
    });
    const { pid } = gated;
    const startToken = startTokenOf(pid, mark);
    const exited = this.#outcome({ pid, startToken }, gated, outputBytes ?? DEFAULT_OUTPUT_BYTES);
    return { pid, startToken, exited, begin: () => gated.open() };
  }

  async stop(
    identity: { readonly pid: number; readonly startToken: string },
    { graceMs }: { readonly graceMs: number },
  ): Promise<"exited" | "killed" | "gone"> {
    return await this.#end(identity, { graceMs, reach: "everything" });
  }

  isAlive(identity: { readonly pid: number; readonly startToken: string }): boolean {
    return isLeaderAlive(identity);
  }

  async #end(
    identity: { readonly pid: number; readonly startToken: string },
    { graceMs, reach }: { readonly graceMs: number; readonly reach: Reach },
  ): Promise<"exited" | "killed" | "gone"> {
    const tree = new ProcessTree(identity, reach, this.#table);
    if (!(await (graceMs > 0 ? tree.signal("SIGTERM") : tree.lives()))) return "gone";
    if (graceMs > 0 && (await this.#isGone(() => tree.lives(), graceMs))) return "exited";
    // Sent again and again: what is born while it is sent gets the next one.
    if (await this.#isGone(() => tree.signal("SIGKILL"), FORCE_MS)) return "killed";
    throw new ColonyError(
      "process.not_ended",
      `process ${identity.pid} has not ended ${FORCE_MS / 1_000} s after SIGKILL; see what it waits for`,
    );
  }

  /** Waits are added up: the time of day may go on while the machine sleeps, and the process with it. */
  async #isGone(lives: () => Promise<boolean>, withinMs: number): Promise<boolean> {
    const { signal } = new AbortController();
    let lookMs = FIRST_LOOK_MS;
    for (let waitedMs = 0; await lives(); waitedMs += lookMs) {
      if (waitedMs >= withinMs) return false;
      lookMs = Math.min(waitedMs === 0 ? FIRST_LOOK_MS : 2 * lookMs, LONGEST_LOOK_MS, withinMs - waitedMs);
      await this.#clock.sleep(lookMs, { signal });
    }
    return true;
  }

  async #outcome(
    identity: { readonly pid: number; readonly startToken: string },
    { child }: GatedChild,
    outputBytes: number,
  ): Promise<ProcessOutcome> {
    const stdout = new BoundedOutput(outputBytes);
    const stderr = new BoundedOutput(outputBytes);
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    const letGo = lookAfter(identity, () => endGroupNow(identity, this.#table));
    try {
      const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
      const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
        child.once("exit", (...how) => resolve(how)),
      );
      // A leftover that even SIGKILL does not end in time may not cost the caller the outcome of what it ran.
      await this.#end(identity, { graceMs: LEFTOVER_GRACE_MS, reach: "group" }).catch(() => undefined);
      await this.#within(DRAIN_MS, closed);
      const omittedBytes = stdout.omittedBytes + stderr.omittedBytes;
      return { code, signal, stdout: stdout.text(), stderr: stderr.text(), omittedBytes };
    } finally {
      letGo();
      for (const stream of child.stdio) stream?.destroy();
    }
  }

  async #within(ms: number, done: Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(ms, resolve);
      void done.then(cancel).then(resolve);
    });
  }
}
