import mitt, { type Emitter } from "mitt";
import {
  SILENT_LOGGER,
  messageOf,
  type CallId,
  type JsonValue,
  type Logger,
  type RecordedReport,
  type ToolResult,
} from "@colony/core";

/**
 * What happens inside one worker, for those who embed it. Listeners are called at once, in the order they came, each with a
 * copy of its own.
 */
export type WorkerHooks = {
  beforeTurn: { readonly turn: number };
  afterTurn: { readonly turn: number; readonly text: string };
  /**
   * Before a call begins, with the input as the model gave it. `veto` answers the call with the reason instead of running
   * it. One that had begun when its host died is run again without being asked about anew.
   */
  beforeTool: {
    readonly callId: CallId;
    readonly name: string;
    readonly input: JsonValue;
    veto: (reason: string) => void;
  };
  afterTool: { readonly callId: CallId; readonly name: string; readonly result: ToolResult };
  report: RecordedReport;
  end: { readonly status: string };
};

/** Adds listeners to a worker's hooks; called once for each run of an execution. */
export type HookRegistrar = (hooks: Pick<Emitter<WorkerHooks>, "on" | "off">) => void;

/** The hooks of one run. A listener that throws is logged and harms nothing. */
export class Hooks {
  /** Of runs to which nobody listens. */
  static readonly none = new Hooks(undefined, SILENT_LOGGER);

  /** Absent where nobody listens, as in most workers. */
  readonly #emitter: Emitter<WorkerHooks> | undefined;
  readonly #logger: Logger;

  constructor(register: HookRegistrar | undefined, logger: Logger) {
    this.#logger = logger;
    if (register === undefined) return;
    this.#emitter = mitt<WorkerHooks>();
    const registered: unknown = register(this.#emitter);
    this.#watch("hooks", registered);
  }

  /** Whether anybody listens to anything: what nobody hears of need not be put together. */
  get areHeard(): boolean {
    return this.#emitter !== undefined;
  }

  /** Whether anybody wants to be asked before a tool runs. */
  get asks(): boolean {
    const all = this.#emitter?.all;
    return (all?.get("beforeTool")?.length ?? 0) + (all?.get("*")?.length ?? 0) > 0;
  }

  emit<K extends Exclude<keyof WorkerHooks, "beforeTool">>(name: K, payload: WorkerHooks[K]): void {
    this.#tell(name, () => structuredClone(payload));
  }

  /** Why a listener forbids a call, if one does; the first reason counts. */
  veto(call: {
    readonly callId: CallId;
    readonly name: string;
    readonly input: JsonValue;
  }): string | undefined {
    let reason: string | undefined;
    const veto = (why: string): void => {
      reason ??= why;
    };
    this.#tell("beforeTool", () => ({ ...structuredClone(call), veto }));
    return reason;
  }

  /** Each listener is told of a copy of its own, so that what it does to it reaches neither the record nor the others. */
  #tell<K extends keyof WorkerHooks>(name: K, copy: () => WorkerHooks[K]): void {
    if (this.#emitter === undefined) return;
    for (const listener of this.#emitter.all.get(name)?.slice() ?? [])
      this.#call(name, () => (listener as (payload: WorkerHooks[K]) => unknown)(copy()));
    for (const listener of this.#emitter.all.get("*")?.slice() ?? [])
      this.#call(name, () => (listener as (name: K, payload: WorkerHooks[K]) => unknown)(name, copy()));
  }

  /** Listeners are called at once, but one may be an async function: what that throws later is only logged too. */
  #call(hook: string, listener: () => unknown): void {
    try {
      this.#watch(hook, listener());
    } catch (error) {
      this.#failed(hook, error);
    }
  }

  #watch(hook: string, outcome: unknown): void {
    if (outcome instanceof Promise) outcome.catch((error: unknown) => this.#failed(hook, error));
  }

  #failed(hook: string, error: unknown): void {
    this.#logger.warn({ hook, reason: messageOf(error) }, "hook failed");
  }
}
