import { ColonyError, type ProcessOutcome, type ToolContext } from "@colony/core";
import type { ProgramRun } from "./host-processes.ts";

/** The processes of one call. A call that starts none costs nothing. */
export class CallProcesses {
  readonly #run: (run: ProgramRun) => Promise<ProcessOutcome>;
  #ending: AbortController | undefined;
  #ended = false;

  constructor(run: (run: ProgramRun) => Promise<ProcessOutcome>) {
    this.#run = run;
  }

  /** What its tool is given. */
  readonly run: ToolContext["runProcess"] = async (command, args = [], options = {}) => {
    if (this.#ended)
      throw new ColonyError(
        "wait.aborted",
        `"${command}" was not started: the call that wanted it has ended`,
      );
    const { signal } = (this.#ending ??= new AbortController());
    const signals = options.signal === undefined ? [signal] : [signal, options.signal];
    return await this.#run({ ...options, command, args, signal: AbortSignal.any(signals) });
  };

  /** The call has ended, and with it what it has left running. Nobody waits for that. */
  end(): void {
    this.#ended = true;
    this.#ending?.abort();
  }
}
