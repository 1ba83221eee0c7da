import { ColonyError } from "../errors/colony-error.ts";

/** A process of this machine that is told from every other one, also from a later one with the same pid. */
export interface ProcessIdentity {
  /** Also the id of its process group. */
  readonly pid: number;
  /** Opaque to everybody but the adapter that made it. */
  readonly startToken: string;
}

/** How a command is run. */
export interface SpawnProcessOptions {
  /** Default: the host's own working directory. */
  readonly cwd?: string;
  /** Added to the host's environment; undefined takes a variable away. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** Written to its standard input, which then ends; without it there is none. */
  readonly input?: string;
  /** Most bytes kept of each of its two outputs: the beginning and the end. Default 1,000,000. */
  readonly outputBytes?: number;
}

/** How a process ended, and what it said. */
export interface ProcessOutcome {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes left out of the middle of the two. */
  readonly omittedBytes: number;
}

/** A process of this host's own. */
export interface OwnProcess extends ProcessIdentity {
  /** Lets the command run; until then the process only waits, and it ends without having run it when its host dies. */
  begin(): void;
  /** Resolves when it has ended and nothing of its group is left. Never rejects. */
  readonly exited: Promise<ProcessOutcome>;
}

/**
 * Processes of the operating system, each the leader of a group of its own.
 *
 * Promises (held by testkit's `processesContract`): nothing of the command runs before `begin`; whoever reads slowly or
 * not at all neither blocks a process nor fills the memory; when a process has ended its group has; what `stop` was asked
 * to end has ended when it resolves, whoever started it and whether or not that host still lives.
 */
export interface Processes {
  /**
   * Starts a process that waits for `begin`. Rejects with `process.not_found` where there is no such program,
   * `process.not_started` where it cannot be started, and `wait.aborted` where the signal came first.
   */
  spawn(
    command: string,
    args: readonly string[],
    options: SpawnProcessOptions & { readonly signal: AbortSignal },
  ): Promise<OwnProcess>;
  /**
   * Ends a process with everything it started: asks it to, and ends it by force after the grace. `exited` says that it
   * went when asked, `killed` that it had to be forced, `gone` that nothing of it was there. Rejects with
   * `process.not_ended` where not even force helps.
   */
  stop(
    process: ProcessIdentity,
    options: { readonly graceMs: number },
  ): Promise<"exited" | "killed" | "gone">;
  /** Whether that very process still runs. */
  isAlive(process: ProcessIdentity): boolean;
}

/** For colonies whose tools may start nothing: every start is refused with `process.not_started`. */
export const NO_PROCESSES: Processes = {
  spawn: (command) =>
    Promise.reject(
      new ColonyError(
        "process.not_started",
        `"${command}" was not started: this colony was opened without processes`,
      ),
    ),
  stop: () => Promise.resolve("gone"),
  isAlive: () => false,
};
