import mitt, { type Emitter } from "mitt";
import { messageOf, type CallId, type JsonValue, type Logger, type RecordedReport, type ToolResult } from "@colony/core";

/** What happens inside one worker, for those who embed it. Listeners are called at once, in the order they came. */
export type WorkerHooks = {
  beforeTurn: { readonly turn: number };
  afterTurn: { readonly turn: number; readonly text: string };
  /** `veto` answers the call with the reason instead of running it. */
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
  readonly #emitter: Emitter<WorkerHooks>;
  readonly #logger: Logger;
  readonly #used: boolean;

  constructor(register: HookRegistrar | undefined, logger: Logger) {
    this.#emitter = mitt<WorkerHooks>();
    this.#logger = logger;
    this.#used = register !== undefined;
    register?.(this.#emitter);
  }

  emit<K extends keyof WorkerHooks & string>(name: K, payload: WorkerHooks[K]): void {
    if (!this.#used) return;
    for (const listener of this.#emitter.all.get(name)?.slice() ?? []) {
      try {
        (listener as (payload: WorkerHooks[K]) => void)(payload);
      } catch (error) {
        this.#logger.warn({ hook: name, reason: messageOf(error) }, "hook failed");
      }
    }
  }

  /** Why a listener forbids a call, if one does; the first reason counts. */
  veto(call: { readonly callId: CallId; readonly name: string; readonly input: JsonValue }): string | undefined {
    let reason: string | undefined;
    this.emit("beforeTool", {
      ...call,
      veto: (why) => {
        reason ??= why;
      },
    });
    return reason;
  }
}
