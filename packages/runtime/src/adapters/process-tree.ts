import type { ProcessIdentity } from "@colony/core";
import { processStart } from "@colony/storage-sqlite";
import { isOwnGroup } from "./own-groups.ts";
import type { LivingProcess, ProcessTable } from "./process-table.ts";

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

/** A process with what it has started, as far as that is to be ended with it. */
export class ProcessTree {
  readonly #root: ProcessIdentity;
  readonly #reach: Reach;
  readonly #table: ProcessTable;
  /** Those that lived when it was last looked for all of them. */
  #known: readonly LivingProcess[] = [];

  constructor(root: ProcessIdentity, reach: Reach, table: ProcessTable) {
    this.#root = root;
    this.#reach = reach;
    this.#table = table;
  }

  /** Sends a signal to all that lives of it. False where nothing does. */
  async signal(signal: NodeJS.Signals): Promise<boolean> {
    if (!onLinux()) return signalPosix(this.#root, signal);
    const { pid: group } = this.#root;
    this.#known = await this.#look();
    // One call for the whole group, so that none of it is born between two.
    if (this.#known.some((each) => each.group === group)) send(-group, signal);
    for (const each of this.#known) if (each.group !== group) send(each.pid, signal);
    return this.#known.length > 0;
  }

  /** Whether anything of it lives. As long as one of those does that are known, nobody else is looked for. */
  async lives(): Promise<boolean> {
    if (!onLinux()) return signalPosix(this.#root, 0);
    if (!this.#known.some((each) => this.#table.lives(each))) this.#known = await this.#look();
    return this.#known.length > 0;
  }

  async #look(): Promise<readonly LivingProcess[]> {
    const { pid: group } = this.#root;
    if (this.#reach === "group" && !send(-group, 0)) return [];
    const leads = isLeaderAlive(this.#root);
    const mark = markOf(this.#root);
    const { byGroup, byMark } = await this.#table.look();
    const inGroup = (byGroup.get(group) ?? []).filter((each) => leads || isMarked(each, mark));
    if (this.#reach === "group") return inGroup;
    return [...inGroup, ...(byMark.get(mark) ?? []).filter((each) => each.group !== group)];
  }
}

/** Ends a group by force without waiting for anything: its host is about to end. */
export function endGroupNow(root: ProcessIdentity, table: ProcessTable): void {
  if (!onLinux()) signalPosix(root, "SIGKILL");
  else if (isLeaderAlive(root) || table.groupNow(root.pid).some((each) => isMarked(each, markOf(root))))
    send(-root.pid, "SIGKILL");
}

function isMarked(process: LivingProcess, mark: string): boolean {
  return mark !== "" && process.marks.includes(mark);
}

function markOf({ startToken }: ProcessIdentity): string {
  return startToken.slice(startToken.lastIndexOf("#") + 1);
}

/** Without /proc a dead leader's group cannot be told from a later one with the same id, unless it is this host's own. */
function signalPosix(root: ProcessIdentity, signal: NodeJS.Signals | 0): boolean {
  return (isOwnGroup(root) || isLeaderAlive(root)) && send(-root.pid, signal);
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
