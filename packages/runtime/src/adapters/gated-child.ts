import { spawn, type ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";
import { ColonyError, messageOf } from "@colony/core";
import { findProgram } from "./find-program.ts";

/** What a child is started with. */
export interface GatedChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string | undefined;
}

/** A child that has started, and the way to let its command run. */
export interface GatedChild {
  readonly child: ChildProcess;
  readonly pid: number;
  open(): void;
}

/**
 * Reads one line from its gate, then becomes the command. A gate that closes before (its host has died) ends it: the
 * command has never run.
 */
const GATE = 'IFS= read -r _ <&3 && exec "$@" 3<&-';

/** Shells keep only variables whose names they can say; `env` hands the others on. */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Starts a child as the leader of a group of its own, which waits behind its gate. */
export async function startGated(
  command: string,
  args: readonly string[],
  options: GatedChildOptions,
): Promise<GatedChild> {
  const { cwd, env, input } = options;
  const path = env["PATH"] ?? "";
  const others = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || SHELL_NAME.test(name) ? [] : [`${name}=${value}`],
  );
  const handOn = others.length === 0 ? [] : [findProgram("env", { cwd, path }), ...others];
  const line = [...handOn, findProgram(command, { cwd, path }), ...args];
  const child = spawn("/bin/sh", ["-c", GATE, "sh", ...line], {
    cwd,
    env,
    detached: true,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw await failure(command, child);
  // What is said to a process that has ended goes nowhere, and that is nobody's error.
  const gate = child.stdio[3] as Writable;
  gate.on("error", () => undefined);
  child.on("error", () => undefined);
  child.stdin?.on("error", () => undefined).end(input);
  return { child, pid, open: () => void gate.end("go\n") };
}

async function failure(command: string, child: ChildProcess): Promise<ColonyError> {
  const cause = await new Promise<Error>((resolve) => child.once("error", resolve));
  return new ColonyError("process.not_started", `"${command}" could not be started: ${messageOf(cause)}`, {
    cause,
  });
}
