import {
  messageOf,
  openCalls,
  type AgentCommand,
  type AgentState,
  type CallId,
  type InputId,
  type Logger,
  type RecordedReport,
  type ToolCallState,
  type ToolContext,
} from "@colony/core";
import type { Hooks } from "../hooks/hooks.ts";
import { bounded } from "../tools/bounded.ts";
import type { CallProcesses } from "../processes/call-processes.ts";
import { not, type Prepared } from "../tools/prepare.ts";
import { REPORT_TOOL } from "../tools/report-tool.ts";
import { runTool } from "../tools/run-tool.ts";
import { shownResult } from "../tools/shown-result.ts";
import { inDoubt, repeatNotice, type CallPlanner, type Waiting } from "./call-planner.ts";
import type { LoopDeps } from "./deps.ts";
import type { Work } from "./effects.ts";

interface ToolEffectsOptions {
  readonly deps: LoopDeps;
  readonly hooks: Hooks;
  readonly planner: CallPlanner;
}

type Ready = Extract<Prepared, { ready: true }>;

/** Carries calls out, and says what to record of them. */
export class ToolEffects {
  readonly #options: ToolEffectsOptions;

  constructor(options: ToolEffectsOptions) {
    this.#options = options;
  }

  /** What is to be done now for the calls without an outcome, by call. */
  worksFor(state: AgentState): readonly (readonly [CallId, Work])[] {
    const { planner } = this.#options;
    const works: (readonly [CallId, Work])[] = [];
    for (const call of openCalls(state)) {
      if (call.status !== "started") continue;
      works.push([call.callId, ({ signal }) => this.#run(state, call, signal)]);
    }
    for (const waiting of planner.waitingIn(state))
      works.push([waiting.call.callId, ({ signal }) => this.#clear(state, waiting, signal)]);
    return works;
  }

  async #clear(state: AgentState, waiting: Waiting, signal: AbortSignal): Promise<readonly AgentCommand[]> {
    const { call } = waiting;
    switch (waiting.for) {
      case "check":
        this.#options.planner.settle(call.callId, await this.#checked(waiting, signal));
        return [];
      case "hooks":
        this.#options.planner.askHooks(call);
        return [];
      case "reconcile":
        return [await this.#reconcile(state, call, signal)];
    }
  }

  /** The outcome of a check that takes its time, which is the tool's. */
  async #checked({ call, timeoutMs }: Waiting, signal: AbortSignal): Promise<Prepared> {
    const { deps, planner } = this.#options;
    const checked = await bounded(() => planner.prepare(call), {
      signal,
      timeoutMs,
      clock: deps.clock,
    });
    if (checked.came === "back") return checked.value;
    if (checked.came === "called_off") return not(`The call of "${call.name}" was called off.`, "cancelled");
    return not(`The input of "${call.name}" could not be checked in time.`);
  }

  async #run(state: AgentState, call: ToolCallState, signal: AbortSignal): Promise<readonly AgentCommand[]> {
    const { deps, hooks, planner } = this.#options;
    const { callId, name } = call;
    const { tool, input } = this.#ready(await planner.prepare(call), call);
    const startedAt = deps.clock.now();
    const taken: InputId[] = [];
    const processes = this.#processesOf(state, callId);
    const result = await runTool({
      tool,
      input,
      context: {
        ...this.#context(state, call, signal),
        runProcess: processes.run,
        taken: (inputIds) => taken.push(...inputIds),
      },
      clock: deps.clock,
      blobs: deps.blobs,
      notice: repeatNotice(call),
    });
    processes.end();
    planner.forget(callId);
    hooks.emit("afterTool", { callId, name, result });
    const commands: AgentCommand[] = taken.length === 0 ? [] : [{ type: "input.take", inputIds: [...taken] }];
    if (name === REPORT_TOOL && result.status === "ok") {
      const report = input as RecordedReport;
      hooks.emit("report", report);
      commands.push({ type: "report.record", ...report });
    }
    commands.push({ type: "tool.complete", callId, result, durationMs: deps.clock.now() - startedAt });
    return commands;
  }

  /** Asks the outside world what became of a call whose host died, within the bounds of the call itself. */
  async #reconcile(state: AgentState, call: ToolCallState, signal: AbortSignal): Promise<AgentCommand> {
    const { deps, planner } = this.#options;
    const { callId } = call;
    const { tool, input } = this.#ready(await planner.prepare(call), call);
    const { log } = this.#context(state, call, signal);
    const found = await bounded(async () => await tool.reconcile?.(callKey(state, callId), input), {
      signal,
      timeoutMs: tool.timeoutMs,
      clock: deps.clock,
    });
    if (found.came === "thrown") log.warn({ callId, reason: messageOf(found.error) }, "reconcile failed");
    const said = found.came === "back" ? found.value : undefined;
    if (said?.outcome === "never_happened")
      return { type: "tool.start", calls: [{ callId, effect: tool.effect, reconciled: true }] };
    if (said?.outcome !== "done") return inDoubt(call);
    const result = await shownResult("ok", said.output, {
      blobs: deps.blobs,
      log,
      notice: repeatNotice(call),
    });
    return { type: "tool.complete", callId, result, durationMs: 0 };
  }

  #ready(prepared: Prepared, { callId }: ToolCallState): Ready {
    if (prepared.ready) return prepared;
    throw new Error(`call "${callId}" had begun and is not ready to be run: ${prepared.answer}`);
  }

  #processesOf({ record }: AgentState, callId: CallId): CallProcesses {
    const { id: agentId, execution } = record;
    if (execution === null) throw new Error("a tool runs inside an execution");
    const { id: executionId, attempt } = execution;
    return this.#options.deps.processes.ofCall({ agentId, executionId, attempt, callId });
  }

  #context(
    state: AgentState,
    { callId, name }: ToolCallState,
    signal: AbortSignal,
  ): Omit<ToolContext, "taken" | "runProcess"> {
    const { deps } = this.#options;
    const { record } = state;
    const execution = record.execution;
    if (execution === null) throw new Error("a tool runs inside an execution");
    return {
      signal,
      callId,
      callKey: callKey(state, callId),
      agent: {
        id: record.id,
        executionId: execution.id,
        correlationId: execution.correlationId ?? undefined,
        depth: record.depth,
      },
      progress: (message, data) =>
        deps.bus.pulse({
          type: "tool_progress",
          agentId: record.id,
          executionId: execution.id,
          callId,
          name,
          message,
          ...(data === undefined ? {} : { data }),
        }),
      log: childWhenUsed(deps.logger, { agentId: record.id, tool: name }),
    };
  }
}

/** A child logger that is made when it first says something: most tools say nothing, and a pino child costs. */
function childWhenUsed(parent: Logger, bindings: object): Logger {
  let made: Logger | undefined;
  const child = (): Logger => (made ??= parent.child(bindings));
  return {
    debug: (data, message) => child().debug(data, message),
    info: (data, message) => child().info(data, message),
    warn: (data, message) => child().warn(data, message),
    error: (data, message) => child().error(data, message),
    child: (more) => child().child(more),
  };
}

/** The same for each attempt at a call, and for no other call in this colony. */
function callKey({ record }: AgentState, callId: CallId): string {
  return `${record.colonyId}/${record.id}/${callId}`;
}
