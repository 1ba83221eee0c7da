import { readFileSync, readdirSync } from "node:fs";
import type { ProcessIdentity } from "@colony/core";
import { processStart } from "@colony/storage-sqlite";
import { isOwnGroup } from "./own-groups.ts";

/** The variable by which everything that a process starts is known again, also what has left its group. */
export const MARK_VARIABLE = "COLONY_PROCESS";

/** The start token of a process of ours: when it started, and its mark. */
export function startTokenOf(pid: number, mark: string): string {
  return `${processStart(pid) ?? ""}#${mark}`;
}

/** Whether the leader itself runs. Where the system does not say when a process started, a pid is believed. */
export function isLeaderAlive({ pid, startToken }: ProcessIdentity): boolean {
  const found = processStart(pid);
  const start = startToken.slice(0, startToken.lastIndexOf("#"));
  return found !== undefined && (found === start || found === "" || start === "");
}

/** How far the tree of a process is looked for: its group, or also what has left the group for a session of its own. */
export type Reach = "group" | "everything";

/** Sends a signal to what lives of a process's tree. False where nothing does. */
export function signalTree(process: ProcessIdentity, signal: NodeJS.Signals | 0, reach: Reach): boolean {
  return onLinux() ? signalLinux(process, signal, reach) : signalPosix(process, signal);
}

function signalLinux(process: ProcessIdentity, signal: NodeJS.Signals | 0, reach: Reach): boolean {
  const living = livingOf(process, reach);
  if (signal !== 0) {
    // One call for the whole group, so that none of it is born between two.
    if (living.some(({ inGroup }) => inGroup)) send(-process.pid, signal);
    for (const { pid, inGroup } of living) if (!inGroup) send(pid, signal);
  }
  return living.length > 0;
}

/** Without /proc a dead leader's group cannot be told from a later one with the same id, unless it is this host's own. */
function signalPosix(process: ProcessIdentity, signal: NodeJS.Signals | 0): boolean {
  return (isOwnGroup(process) || isLeaderAlive(process)) && send(-process.pid, signal);
}

/** Ended ones that nobody has reaped are not living. */
function livingOf(
  process: ProcessIdentity,
  reach: Reach,
): readonly { readonly pid: number; readonly inGroup: boolean }[] {
  if (reach === "group" && !send(-process.pid, 0)) return [];
  const mark = `${MARK_VARIABLE}=${process.startToken.slice(process.startToken.lastIndexOf("#") + 1)}\0`;
  const leads = isLeaderAlive(process);
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid)) return [];
    const stat = read(`/proc/${name}/stat`);
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === undefined || state === "" || state === "Z" || state === "X") return [];
    const inGroup = Number(group) === process.pid;
    if (!inGroup && reach === "group") return [];
    const ours = (inGroup && leads) || `\0${read(`/proc/${name}/environ`)}`.includes(`\0${mark}`);
    return ours ? [{ pid, inGroup }] : [];
  });
}

/** Empty for a process that is gone, or somebody else's. */
function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** False where there is nobody to receive it. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function onLinux(): boolean {
  return process.platform === "linux";
}
