import { ColonyError, type Clock, type OwnProcess, type ProcessOutcome, type Processes } from "@colony/core";
import { requireGiven } from "../given.ts";
import type { ManualClock } from "../manual-clock.ts";

/** A program that can be run in a world of processes. */
export interface WorldProgram {
  /** How long it runs unless it is ended; infinite for one that never ends by itself. Milliseconds of the world's clock. */
  readonly ms: number;
  /** What it writes; default nothing. */
  readonly stdout?: string;
  /** It does not go when it is asked to. */
  readonly stubborn?: boolean;
}

interface Entry {
  readonly pid: number;
  readonly line: string;
  readonly program: WorldProgram;
  readonly exited: PromiseWithResolvers<ProcessOutcome>;
  begun: boolean;
  alive: boolean;
  cancelTimer: (() => void) | undefined;
}

/** Processes of one host, and what becomes of them when it dies. */
export interface HostedProcesses extends Processes {
  /** The host is dead: what has not begun ends, what has begun goes on. */
  abandon(): void;
}

/**
 * The processes of a machine, for tests in which hosts die: those whose program has begun outlive their host, those that
 * wait for that end with it. Time is the manual clock's, and nothing of it is real.
 */
export class ProcessWorld {
  readonly #clock: ManualClock;
  readonly #programs: ReadonlyMap<string, WorldProgram>;
  readonly #entries: Entry[] = [];

  constructor(clock: ManualClock, programs: { readonly [command: string]: WorldProgram }) {
    requireGiven("the clock of a world of processes", clock, "manualClock");
    requireGiven("the programs of a world of processes", programs, "programs");
    this.#clock = clock;
    this.#programs = new Map(Object.entries(programs));
  }

  /** Pids and command lines of everything that ever ran, in order. */
  get ran(): readonly { readonly pid: number; readonly line: string }[] {
    return this.#entries.filter(({ begun }) => begun).map(({ pid, line }) => ({ pid, line }));
  }

  /** Command lines of what runs now. */
  get alive(): readonly string[] {
    return this.#entries.filter(({ alive }) => alive).map(({ line }) => line);
  }

  /** The world as one host has it; the clock is the host's, so that a grace ends with it. */
  hostedBy(clock: Clock): HostedProcesses {
    const own = new Set<Entry>();
    return {
      spawn: async (command, args) => {
        const program = this.#programs.get(command);
        if (program === undefined)
          throw new ColonyError("process.not_found", `there is no program "${command}" in this world`);
        const entry = this.#enter([command, ...args].join(" "), program);
        own.add(entry);
        return this.#own(entry);
      },
      stop: async (process, { graceMs }) => {
        const entry = this.#find(process);
        if (entry === undefined) return "gone";
        if (entry.begun && entry.program.stubborn === true) {
          await clock.sleep(graceMs, { signal: new AbortController().signal });
          if (entry.alive) this.#end(entry, { code: null, signal: "SIGKILL" });
          return "killed";
        }
        this.#end(entry, { code: null, signal: "SIGTERM" });
        return "exited";
      },
      isAlive: (process) => this.#find(process) !== undefined,
      abandon: () => {
        for (const entry of own) if (!entry.begun) this.#end(entry, { code: 1, signal: null });
      },
    };
  }

  #enter(line: string, program: WorldProgram): Entry {
    const exited = Promise.withResolvers<ProcessOutcome>();
    const pid = 1_000 + this.#entries.length;
    const entry: Entry = { pid, line, program, exited, begun: false, alive: true, cancelTimer: undefined };
    this.#entries.push(entry);
    return entry;
  }

  #own(entry: Entry): OwnProcess {
    return {
      pid: entry.pid,
      startToken: `started-${entry.pid}`,
      exited: entry.exited.promise,
      begin: () => {
        if (!entry.alive || entry.begun) return;
        entry.begun = true;
        const { ms } = entry.program;
        if (Number.isFinite(ms))
          entry.cancelTimer = this.#clock.after(ms, () => this.#end(entry, { code: 0, signal: null }));
      },
    };
  }

  #find({ pid, startToken }: { readonly pid: number; readonly startToken: string }): Entry | undefined {
    return this.#entries.find((entry) => entry.alive && entry.pid === pid && startToken === `started-${pid}`);
  }

  #end(entry: Entry, how: Pick<ProcessOutcome, "code" | "signal">): void {
    entry.alive = false;
    entry.cancelTimer?.();
    const stdout = entry.begun ? (entry.program.stdout ?? "") : "";
    entry.exited.resolve({ ...how, stdout, stderr: "", omittedBytes: 0 });
  }
}
