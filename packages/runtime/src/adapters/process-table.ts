import { readFileSync, readdirSync } from "node:fs";

/**
 * The variable by which everything that a process starts is known again, also what has left its group: its mark, behind those of the
 * processes that it was started within, where a program that a tool runs is itself a host of ours.
 */
export const MARK_VARIABLE = "COLONY_PROCESS";

const BETWEEN_MARKS = ":";

/** What the variable is for a process of this one's. */
export function marksWithin(mark: string, outer = process.env[MARK_VARIABLE] ?? ""): string {
  return outer === "" ? mark : `${outer}${BETWEEN_MARKS}${mark}`;
}

/** Read in one go before others have their turn. */
const SLICE = 50;

/** A thread of the kernel, which has no environment. */
const KERNEL_THREAD = 0x0020_0000;

/** What the system says of its processes. */
export interface ProcessFiles {
  pids(): readonly number[];
  /** Empty for one that is gone. */
  stat(pid: number): string;
  /** As it was when its program began; empty for one that is gone, or somebody else's. */
  environ(pid: number): string;
}

/** Those of Linux. */
export const PROC: ProcessFiles = {
  pids: () => readdirSync("/proc").map(Number).filter(Number.isInteger),
  stat: (pid) => read(`/proc/${pid}/stat`),
  environ: (pid) => read(`/proc/${pid}/environ`),
};

/** A process that has not ended. */
export interface LivingProcess {
  readonly pid: number;
  readonly group: number;
  /** When it started, in ticks since the boot. */
  readonly start: string;
  /** Its mark, behind those of the processes that it was started within. */
  readonly marks: readonly string[];
}

/** What lived at one look. */
export interface Living {
  readonly byGroup: ReadonlyMap<number, readonly LivingProcess[]>;
  readonly byMark: ReadonlyMap<string, readonly LivingProcess[]>;
}

/**
 * The processes of this machine, looked through for all who ask at once, a few at a time. The environment of each is read
 * once, as long as it lives.
 */
export class ProcessTable {
  readonly #files: ProcessFiles;
  #marks: ReadonlyMap<number, LivingProcess> = new Map();
  /** Has not begun yet. */
  #next: Promise<Living> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(files: ProcessFiles = PROC) {
    this.#files = files;
  }

  /** What is found by a look that begins after this was asked for. */
  look(): Promise<Living> {
    if (this.#next !== undefined) return this.#next;
    const begin = async (): Promise<Living> => {
      await turn();
      this.#next = undefined;
      return await this.#look();
    };
    const next = this.#last.then(begin, begin);
    this.#next = next;
    this.#last = next;
    return next;
  }

  /** The processes of one group, at once. */
  groupNow(group: number): readonly LivingProcess[] {
    return this.#files.pids().flatMap((pid) => {
      const found = readStat(pid, this.#files.stat(pid));
      return found?.group === group ? [{ ...found, marks: this.#marksOf(found) }] : [];
    });
  }

  /** Whether that very process still lives. */
  lives({ pid, start }: LivingProcess): boolean {
    return readStat(pid, this.#files.stat(pid))?.start === start;
  }

  async #look(): Promise<Living> {
    const all = new Map<number, LivingProcess>();
    const byGroup = new Map<number, LivingProcess[]>();
    const byMark = new Map<string, LivingProcess[]>();
    let read = 0;
    for (const pid of this.#files.pids()) {
      if (read > 0 && read % SLICE === 0) await turn();
      read += 1;
      const found = readStat(pid, this.#files.stat(pid));
      if (found === undefined) continue;
      const process = { ...found, marks: this.#marksOf(found) };
      all.set(pid, process);
      put(byGroup, process.group, process);
      for (const mark of process.marks) put(byMark, mark, process);
    }
    this.#marks = all;
    return { byGroup, byMark };
  }

  /** A mark is there from the beginning: this host waits until its child's program has begun, and others inherit it. */
  #marksOf({ pid, start, isKernel }: Stat): readonly string[] {
    if (isKernel) return [];
    const known = this.#marks.get(pid);
    return known?.start === start ? known.marks : marksIn(this.#files.environ(pid));
  }
}

interface Stat {
  readonly pid: number;
  readonly group: number;
  readonly start: string;
  readonly isKernel: boolean;
}

/** Undefined for one that has ended, whether or not anybody has reaped it. */
function readStat(pid: number, stat: string): Stat | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  if (state === undefined || state === "" || state === "Z" || state === "X") return undefined;
  const isKernel = (Number(fields[6]) & KERNEL_THREAD) !== 0;
  return { pid, group: Number(fields[2]), start: fields[19] ?? "", isKernel };
}

function marksIn(environ: string): readonly string[] {
  const entries = `\0${environ}`;
  const at = entries.indexOf(`\0${MARK_VARIABLE}=`);
  if (at < 0) return [];
  const from = at + MARK_VARIABLE.length + 2;
  const marks = entries.slice(from, entries.indexOf("\0", from));
  return marks === "" ? [] : marks.split(BETWEEN_MARKS);
}

function put<Key>(map: Map<Key, LivingProcess[]>, key: Key, process: LivingProcess): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [process]);
  else there.push(process);
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
