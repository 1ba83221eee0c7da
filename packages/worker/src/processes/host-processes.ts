import {
  ColonyError,
  messageOf,
  type AgentId,
  type CallId,
  type ExecutionId,
  type OwnProcess,
  type ProcessEnd,
  type ProcessId,
  type ProcessOutcome,
  type SpawnProcessOptions,
} from "@colony/core";
import { CallProcesses } from "./call-processes.ts";
import { commandLine } from "./command-line.ts";
import { endLeftProcesses, type LeftDeps } from "./left-processes.ts";
import { HostLeases } from "../leases/host-leases.ts";
import { recordExit } from "./record-exit.ts";

/** How long a process may take to go when it is asked to, before it is ended by force. Milliseconds. */
const DEFAULT_GRACE_MS = 5_000;

/** One attempt at one call, which its processes belong to. */
export interface OwningCall {
  readonly agentId: AgentId;
  readonly executionId: ExecutionId;
  readonly attempt: number;
  readonly callId: CallId;
}

/** A program to be run, and what calls it off. */
export interface ProgramRun extends SpawnProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}

interface Running {
  readonly call: OwningCall;
  readonly own: OwnProcess;
  /** Rejects when it cannot be ended. */
  readonly stuck: PromiseWithResolvers<never>;
  ending: Promise<"exited" | "killed" | "gone"> | undefined;
  done: Promise<unknown>;
}

/**
 * The processes that the tool calls of this host have started. Each is recorded before its program runs and when it has
 * ended; it ends with its call, whether or not anybody waits for that.
 */
export class HostProcesses {
  /** What else ends with executions: connections and the like that their calls have opened. */
  readonly leases: HostLeases;
  readonly #deps: LeftDeps;
  readonly #running = new Set<Running>();
  #closed = false;

  constructor(deps: Omit<LeftDeps, "graceMs"> & { readonly graceMs?: number }) {
    this.#deps = { graceMs: DEFAULT_GRACE_MS, ...deps };
    this.leases = new HostLeases(deps);
  }

  /** What one call may start, until it has ended. */
  ofCall(call: OwningCall): CallProcesses {
    return new CallProcesses((run) => this.#run(call, run));
  }

  /** Ends what an earlier host has left running. */
  async takeUp(): Promise<void> {
    await endLeftProcesses(this.#deps);
  }

  /** Ends what executions that have ended left, and resolves when nothing of it is there. */
  async end(executions: ReadonlySet<ExecutionId>): Promise<void> {
    const running = [...this.#running].filter(({ call }) => executions.has(call.executionId));
    await Promise.all([this.#endAll(running), this.leases.end(executions)]);
  }

  /** Ends everything, and starts nothing more. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#endAll([...this.#running]), this.leases.close()]);
  }

  async #endAll(running: readonly Running[]): Promise<void> {
    for (const each of running) this.#end(each);
    await Promise.allSettled(running.map(({ done }) => done));
  }

  async #run(call: OwningCall, run: ProgramRun): Promise<ProcessOutcome> {
    const { command, args, signal, ...options } = run;
    this.#mustGoOn(run);
    const own = await this.#deps.processes.spawn(command, args, { ...options, signal });
    const stuck = Promise.withResolvers<never>();
    // Whoever waits for it hears of it; nobody may be waiting yet.
    stuck.promise.catch(() => undefined);
    const running: Running = {
      call,
      own,
      stuck,
      ending: undefined,
      done: Promise.resolve(),
    };
    this.#running.add(running);
    const done = this.#live(running, run);
    running.done = done;
    return await done;
  }

  /** From its start to its recorded end. */
  async #live(running: Running, run: ProgramRun): Promise<ProcessOutcome> {
    const { call, own, stuck } = running;
    const end = (): void => this.#end(running);
    run.signal.addEventListener("abort", end);
    try {
      const processId = await this.#recordStart(running, run);
      if (run.signal.aborted || this.#closed) this.#end(running);
      if (running.ending === undefined) own.begin();
      const outcome = await Promise.race([own.exited, stuck.promise]);
      const { code, signal } = outcome;
      const how = await howItEnded(running);
      await recordExit(this.#deps, call.agentId, { processId, code, signal, how });
      this.#mustGoOn(run);
      return outcome;
    } finally {
      run.signal.removeEventListener("abort", end);
      this.#running.delete(running);
    }
  }

  /** A process that cannot be recorded never gets to run its program. */
  async #recordStart({ call, own }: Running, { command, args, cwd }: ProgramRun): Promise<ProcessId> {
    const { ledger, processes } = this.#deps;
    const { agentId, callId, executionId, attempt } = call;
    const { pid, startToken } = own;
    const line = commandLine(command, args);
    try {
      const { events } = await ledger.require(
        agentId,
        [
          {
            type: "process.start",
            callId,
            pid,
            startToken,
            command: line,
            ...(cwd === undefined ? {} : { cwd }),
          },
        ],
        { executionId, attempt },
      );
      const [started] = events;
      if (started?.type !== "PROCESS_STARTED") throw new Error("the start of a process was not recorded");
      return started.data.processId;
    } catch (error) {
      await processes.stop(own, { graceMs: 0 });
      await own.exited;
      throw error;
    }
  }

  #end(running: Running): void {
    const { own, call } = running;
    running.ending ??= this.#deps.processes.stop(own, { graceMs: this.#deps.graceMs });
    running.ending.catch((error: unknown) => {
      this.#deps.logger.error({ ...call, pid: own.pid, reason: messageOf(error) }, "process not ended");
      running.stuck.reject(error);
    });
  }

  #mustGoOn({ command, signal }: ProgramRun): void {
    if (!this.#closed && !signal.aborted) return;
    throw new ColonyError("wait.aborted", `"${command}" was called off, as the call was that ran it`);
  }
}

async function howItEnded({ ending }: Running): Promise<ProcessEnd> {
  const how = await ending;
  if (how === undefined || how === "gone") return "exited";
  return how === "killed" ? "killed" : "stopped";
}
