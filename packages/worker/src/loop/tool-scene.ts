import type {
  AgentRecord,
  CallId,
  InputId,
  Leasable,
  Logger,
  RefusedSpawn,
  RunProcessOptions,
  ToolCallState,
  ToolContext,
} from "@colony/core";
import type { CallProcesses } from "../processes/call-processes.ts";
import { requireProgram } from "../processes/required-program.ts";
import type { Stopping } from "../stopping.ts";
import { CallMilestones } from "./call-milestones.ts";
import type { RunParts } from "./run-parts.ts";

/** Whose call it is, and how it is told to stop. */
export interface SceneOptions {
  readonly record: AgentRecord;
  readonly call: ToolCallState;
  readonly stopping: Stopping;
}

/** What a tool is given while its call is under way, and what it has done with that. */
export class ToolScene {
  readonly context: ToolContext;
  readonly #parts: Pick<RunParts, "deps" | "allowance">;
  readonly #options: SceneOptions;
  #processes: CallProcesses | undefined;
  #milestones: CallMilestones | undefined;
  #taken: readonly InputId[] = [];
  #refusal: RefusedSpawn | undefined;
  #hasEnded = false;

  constructor(parts: Pick<RunParts, "deps" | "allowance">, options: SceneOptions) {
    this.#parts = parts;
    this.#options = options;
    const { record, call, stopping } = options;
    const { callId, name } = call;
    const { id, executionId, correlationId } = this.#whose;
    this.context = {
      signal: stopping.signal,
      callId,
      callKey: callKey(record, callId),
      agent: { id, executionId, correlationId, depth: record.depth },
      progress: (message, data) => this.#tell(message, data),
      milestone: (text, data) => this.#reach(text, data),
      log: new LateLogger(parts.deps.logger, { agentId: id, tool: name }),
      runProcess: (command, args = [], options = {}) => this.#run(command, args, options),
      lease: (leasable) => this.#lease(leasable),
      taken: (inputIds) => {
        this.#taken = [...this.#taken, ...inputIds];
      },
      refused: (refusal) => {
        this.#refusal = refusal;
      },
    };
  }

  /** Workers that it asked for and did not get. */
  get refusal(): RefusedSpawn | undefined {
    return this.#refusal;
  }

  /** Inputs that the result holds. */
  get taken(): readonly InputId[] {
    return this.#taken;
  }

  /** Resolves once what it has come to is written down; absent: nothing. */
  get milestones(): Promise<void> | undefined {
    return this.#milestones?.written;
  }

  /** The call is over: what it has left running is ended, and nothing more is heard of it. */
  end(): void {
    this.#hasEnded = true;
    this.#processes?.end();
    this.#milestones?.end();
  }

  get #whose(): Pick<AgentRecord, "id"> &
    Pick<ToolContext["agent"], "executionId" | "correlationId"> & { readonly attempt: number } {
    const { id, execution } = this.#options.record;
    if (execution === null) throw new Error("a tool runs inside an execution");
    return {
      id,
      executionId: execution.id,
      correlationId: execution.correlationId ?? undefined,
      attempt: execution.attempt,
    };
  }

  #tell(...[message, data]: Parameters<ToolContext["progress"]>): void {
    if (this.#hasEnded) return;
    const { deps, allowance } = this.#parts;
    const { callId, name } = this.#options.call;
    const { id: agentId, executionId } = this.#whose;
    allowance.heard(deps.clock.now());
    const pulse = { type: "tool_progress", agentId, executionId, callId, name, message } as const;
    deps.bus.pulse(data === undefined ? pulse : { ...pulse, data });
  }

  #reach(...[text, data]: Parameters<ToolContext["milestone"]>): Promise<void> {
    const { deps, allowance } = this.#parts;
    const { call, stopping } = this.#options;
    const { id: agentId, executionId, attempt } = this.#whose;
    this.#milestones ??= new CallMilestones(deps, {
      agentId,
      executionId,
      attempt,
      callId: call.callId,
      stopping,
    });
    if (this.#hasEnded) this.#milestones.end();
    else allowance.heard(deps.clock.now());
    return this.#milestones.reach(text, data);
  }

  async #lease<Held extends AsyncDisposable>(leasable: Leasable<Held>): Promise<Held> {
    const { leases } = this.#parts.deps.processes;
    const { signal } = this.#options.stopping;
    return await leases.lease(this.#whose.executionId, leasable, { signal, hasEnded: this.#hasEnded });
  }

  async #run(
    command: string,
    args: readonly string[],
    options: RunProcessOptions,
  ): ReturnType<ToolContext["runProcess"]> {
    requireProgram(command, args, options);
    const { id: agentId, executionId, attempt } = this.#whose;
    const { call, stopping } = this.#options;
    this.#processes ??= this.#parts.deps.processes.ofCall({
      agentId,
      executionId,
      attempt,
      callId: call.callId,
    });
    if (this.#hasEnded) this.#processes.end();
    const { signal } = options;
    const both = signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, signal]);
    return await this.#processes.run(command, args, { ...options, signal: both });
  }
}

/** The same for each attempt at a call, and for no other call in this colony. */
export function callKey({ colonyId, id }: Pick<AgentRecord, "colonyId" | "id">, callId: CallId): string {
  return `${colonyId}/${id}/${callId}`;
}

/** A child logger that is made when it first says something: most tools say nothing, and a pino child costs. */
class LateLogger implements Logger {
  readonly #parent: Logger;
  readonly #bindings: object;
  #made: Logger | undefined;

  constructor(parent: Logger, bindings: object) {
    this.#parent = parent;
    this.#bindings = bindings;
  }

  get #child(): Logger {
    return (this.#made ??= this.#parent.child(this.#bindings));
  }

  debug(data: object, message: string): void {
    this.#child.debug(data, message);
  }

  info(data: object, message: string): void {
    this.#child.info(data, message);
  }

  warn(data: object, message: string): void {
    this.#child.warn(data, message);
  }

  error(data: object, message: string): void {
    this.#child.error(data, message);
  }

  child(bindings: object): Logger {
    return this.#child.child(bindings);
  }
}
