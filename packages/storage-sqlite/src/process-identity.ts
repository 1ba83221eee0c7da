import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** What tells a process from every other one, also from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system says it; empty where that cannot be found out. */
  readonly start: string;
  readonly hostname: string;
  /** Among which processes its pid is one: a container counts its own. Undefined where that is not known. */
  readonly pidSpace?: string | undefined;
}

/** What can be said from here of a process: of one on another machine nobody can tell whether it lives. */
export type Life = "alive" | "dead" | "unknown";

/** This process. */
export function ownIdentity(): ProcessIdentity & { readonly pidSpace: string } {
  return {
    pid: process.pid,
    start: processStart(process.pid) ?? "",
    hostname: hostname(),
    pidSpace: ownPidSpace(),
  };
}

/** Whether a process lives. `asked` says it of one of this machine whose pid means another process here, or none. */
export function lifeOf(named: ProcessIdentity, asked: () => Life): Life {
  const own = ownIdentity();
  if (isElsewhere(named, own)) return "unknown";
  if (named.pidSpace === undefined && named.hostname !== own.hostname) return "unknown";
  if (named.pidSpace === undefined || named.pidSpace === own.pidSpace)
    return isAlive(named) ? "alive" : "dead";
  return asked();
}

/** Whether a process is of another machine. A machine may be renamed, and each container has a name of its own: the boot tells. */
export function isElsewhere(named: ProcessIdentity, own: ProcessIdentity = ownIdentity()): boolean {
  if (named.hostname === own.hostname) return false;
  const boot = bootOf(named);
  return boot === undefined || boot !== bootOf(own);
}

function bootOf({ start }: ProcessIdentity): string | undefined {
  return /^([0-9a-f-]{36}) \d+$/u.exec(start)?.[1];
}

function isAlive({ pid, start }: ProcessIdentity): boolean {
  const found = processStart(pid);
  return found !== undefined && (found === start || found === "" || start === "");
}

/** Empty where there is only one. https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
function ownPidSpace(): string {
  if (process.platform !== "linux") return "";
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/gu, "");
  } catch {
    // Where the system does not say it no two are told apart.
    return "";
  }
}

/** When the process with a pid started; undefined where there is none, empty where it cannot be found out. */
export function processStart(pid: number): string | undefined {
  return process.platform === "linux" ? linuxStart(pid) : posixStart(pid);
}

/** Field 22 of /proc/pid/stat counts from the boot, so the boot is named too. A zombie has ended. */
function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return signalReaches(pid) ? "" : undefined;
  }
}

function posixStart(pid: number): string | undefined {
  if (!signalReaches(pid)) return undefined;
  if (process.platform === "win32") return "";
  try {
    // Most hosts run where a file says it, and never load this.
    const { execFileSync } = process.getBuiltinModule("node:child_process");
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

function signalReaches(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
