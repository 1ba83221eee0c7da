import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** What tells a process from every other one, also from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system says it; empty where that cannot be found out. */
  readonly start: string;
  readonly hostname: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, start: processStart(process.pid) ?? "", hostname: hostname() };
}

/** Whether that process of this machine still runs. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  const found = processStart(pid);
  return found !== undefined && (found === start || found === "" || start === "");
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
