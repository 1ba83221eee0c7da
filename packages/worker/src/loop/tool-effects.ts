import {
  TELL_REPEATS,
  messageOf,
  openCalls,
  type AgentCommand,
  type AgentRecord,
  type AgentState,
  type CallId,
  type InputId,
  type RecordedReport,
  type Tool,
  type ToolCallState,
  type ToolContext,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import type { Hooks } from "../hooks/hooks.ts";
import { prepareCall, type Prepared } from "../tools/prepare.ts";
import { REPORT_TOOL, reportTool } from "../tools/report-tool.ts";
import { runTool } from "../tools/run-tool.ts";
import type { LoopDeps } from "./deps.ts";
import type { Work } from "./effects.ts";

interface ToolEffectsOptions {
  readonly deps: LoopDeps;
  readonly record: AgentRecord;
  readonly definition: AgentDefinition;
  readonly hooks: Hooks;
}

/** Which of an answer's calls begin now, and how each is carried out. */
export class ToolEffects {
  readonly all: ReadonlyMap<string, Tool>;
  readonly #options: ToolEffectsOptions;
  readonly #prepared = new Map<CallId, Prepared | Promise<Prepared>>();

  constructor(options: ToolEffectsOptions) {
    this.#options = options;
    const { definition, record, deps } = options;
    const own = record.kind === "worker" ? [reportTool(definition.report, definition.reportSchema)] : [];
    this.all = new Map([...definition.tools, ...deps.toolsFor(record), ...own].map((tool) => [tool.name, tool]));
  }

  /**
   * What to record of the calls that have not begun: pure and idempotent ones begin side by side up to the limit, a
   * `once` one only when it is the first that is left. Calls that cannot be run are answered.
   */
  commandsFor(state: AgentState, calls: readonly ToolCallState[]): readonly AgentCommand[] {
    const open = openCalls(state);
    let running = open.filter(({ status }) => status === "started").length;
    const commands: AgentCommand[] = [];
    for (const call of calls) {
      const prepared = this.#prepare(call);
      if (prepared instanceof Promise) break;
      if (!prepared.ready) {
        commands.push(answer(call.callId, prepared));
        continue;
      }
      const { tool } = prepared;
      if (call.status === "interrupted" && (call.effect === "once" || tool.effect === "once")) {
        if (tool.reconcile !== undefined) break;
        commands.push(inDoubt(call));
        continue;
      }
      const alone = tool.effect === "once";
      if (alone ? running > 0 : running >= state.limits.parallelTools) break;
      commands.push({ type: "tool.start", calls: [{ callId: call.callId, effect: tool.effect }] });
      running += 1;
      if (alone) break;
    }
    return commands;
  }

  /** What is to be done now about a call without an outcome; undefined where it waits its turn. */
  workFor(state: AgentState, call: ToolCallState): Work | undefined {
    const prepared = this.#prepare(call);
    if (prepared instanceof Promise)
      return async () => {
        this.#prepared.set(call.callId, await prepared);
        return [];
      };
    if (!prepared.ready) return undefined;
    const { tool, input } = prepared;
    if (call.status === "started") return async (signal) => await this.#run({ state, call, tool, input }, signal);
    const { reconcile } = tool;
    if (call.status !== "interrupted" || reconcile === undefined) return undefined;
    if (call.effect !== "once" && tool.effect !== "once") return undefined;
    return async () => await this.#reconcile(state, call, { tool, input });
  }

  #prepare(call: ToolCallState): Prepared | Promise<Prepared> {
    const known = this.#prepared.get(call.callId);
    if (known !== undefined) return known;
    const prepared = prepareCall(call, this.all);
    const checked = prepared instanceof Promise ? prepared.then((p) => this.#vetoed(call, p)) : this.#vetoed(call, prepared);
    this.#prepared.set(call.callId, checked);
    return checked;
  }

  #vetoed({ callId, name, input }: ToolCallState, prepared: Prepared): Prepared {
    if (!prepared.ready) return prepared;
    const reason = this.#options.hooks.veto({ callId, name, input });
    return reason === undefined ? prepared : { ready: false, status: "denied", answer: reason };
  }

  async #run(
    { state, call, tool, input }: { state: AgentState; call: ToolCallState; tool: Tool; input: unknown },
    signal: AbortSignal,
  ): Promise<readonly AgentCommand[]> {
    const { deps, hooks } = this.#options;
    const { callId, name, repeats } = call;
    const startedAt = deps.clock.now();
    const taken: InputId[] = [];
    const result = await runTool({
      tool,
      input,
      context: { ...this.#context(state, call, signal), taken: (inputIds) => taken.push(...inputIds) },
      clock: deps.clock,
      blobs: deps.blobs,
      notice:
        repeats < TELL_REPEATS
          ? undefined
          : `You have now made this same call ${repeats} times running. Its result will not change: do something else.`,
    });
    this.#prepared.delete(callId);
    hooks.emit("afterTool", { callId, name, result });
    const commands: AgentCommand[] = taken.length === 0 ? [] : [{ type: "input.take", inputIds: taken }];
    if (name === REPORT_TOOL && result.status === "ok") {
      const report = input as RecordedReport;
      hooks.emit("report", report);
      commands.push({ type: "report.record", ...report });
    }
    commands.push({ type: "tool.complete", callId, result, durationMs: deps.clock.now() - startedAt });
    return commands;
  }

  /** Asks the outside world what became of a call whose host died. */
  async #reconcile(
    state: AgentState,
    call: ToolCallState,
    { tool, input }: { readonly tool: Tool; readonly input: unknown },
  ): Promise<readonly AgentCommand[]> {
    const { callId } = call;
    const { deps } = this.#options;
    try {
      const found = await tool.reconcile?.(callKey(state, callId), input);
      if (found?.outcome === "done")
        return [{ type: "tool.complete", callId, result: { status: "ok", output: found.output }, durationMs: 0 }];
      if (found?.outcome === "never_happened") return [{ type: "tool.start", calls: [{ callId, effect: tool.effect, reconciled: true }] }];
    } catch (error) {
      deps.logger.warn({ callId, tool: tool.name, reason: messageOf(error) }, "reconcile failed");
    }
    return [inDoubt(call)];
  }

  #context(state: AgentState, { callId, name }: ToolCallState, signal: AbortSignal): Omit<ToolContext, "taken"> {
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
      log: deps.logger.child({ agentId: record.id, tool: name }),
    };
  }
}

/** The same for each attempt at a call, and for no other call in this colony. */
function callKey({ record }: AgentState, callId: CallId): string {
  return `${record.colonyId}/${record.id}/${callId}`;
}

function answer(callId: CallId, { status, answer: output }: Extract<Prepared, { ready: false }>): AgentCommand {
  return { type: "tool.complete", callId, result: { status, output }, durationMs: 0 };
}

function inDoubt({ callId, name }: ToolCallState): AgentCommand {
  const output = `"${name}" had begun when its host stopped, and it may not be run again. Whether it took effect is not known; look before you repeat it.`;
  return { type: "tool.unknown", callId, result: { status: "unknown", output } };
}
