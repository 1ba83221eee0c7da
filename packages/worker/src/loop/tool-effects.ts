import {
  messageOf,
  openCalls,
  type AgentCommand,
  type AgentState,
  type CallId,
  type RecordedReport,
  type ToolCallState,
} from "@colony/core";
import { bounded } from "../tools/bounded.ts";
import type { Stopping } from "../stopping.ts";
import { not, type Prepared } from "../tools/prepare.ts";
import { REPORT_TOOL } from "../tools/report-tool.ts";
import { runTool } from "../tools/run-tool.ts";
import { shownResult } from "../tools/shown-result.ts";
import { inDoubt, repeatNotice, type Waiting } from "./call-planner.ts";
import type { Work } from "./effects.ts";
import type { RunParts } from "./run-parts.ts";
import { ToolScene, callKey } from "./tool-scene.ts";

/** Carries calls out, and says what to record of them. */
export class ToolEffects {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** What is to be done now for the calls without an outcome, by call. */
  worksFor(state: AgentState): readonly (readonly [CallId, Work])[] {
    const { planner } = this.#parts;
    const works: (readonly [CallId, Work])[] = [];
    for (const call of openCalls(state)) {
      if (call.status !== "started") continue;
      works.push([call.callId, (stopping) => this.#run(state, call, stopping)]);
    }
    for (const waiting of planner.waitingIn(state))
      works.push([waiting.call.callId, (stopping) => this.#clear(state, waiting, stopping)]);
    return works;
  }

  async #clear(state: AgentState, waiting: Waiting, stopping: Stopping): Promise<readonly AgentCommand[]> {
    const { call } = waiting;
    switch (waiting.for) {
      case "check":
        this.#parts.planner.settle(call.callId, await this.#checked(waiting, stopping));
        return [];
      case "hooks":
        this.#parts.planner.askHooks(call);
        return [];
      case "reconcile":
        return [await this.#reconcile(state, call, stopping)];
    }
  }

  /** The outcome of a check that takes its time, which is the tool's. */
  async #checked({ call, timeoutMs }: Waiting, stopping: Stopping): Promise<Prepared> {
    const { deps, planner } = this.#parts;
    const checked = await bounded(() => planner.prepare(call), {
      stopping,
      timeoutMs,
      clock: deps.clock,
    });
    if (checked.came === "back") return checked.value;
    if (checked.came === "called_off") return not(`The call of "${call.name}" was called off.`, "cancelled");
    return not(`The input of "${call.name}" could not be checked in time.`);
  }

  async #run(state: AgentState, call: ToolCallState, stopping: Stopping): Promise<readonly AgentCommand[]> {
    const { deps, hooks, planner } = this.#parts;
    const { callId, name } = call;
    const prepared = planner.prepare(call);
    const { tool, input } = ready(prepared instanceof Promise ? await prepared : prepared, call);
    const startedAt = deps.clock.now();
    const scene = new ToolScene(this.#parts, { record: state.record, call, stopping });
    const { context } = scene;
    const { clock, blobs } = deps;
    const result = await runTool({
      tool,
      input,
      context,
      stopping,
      clock,
      blobs,
      notice: repeatNotice(call),
    });
    scene.end();
    planner.forget(callId);
    hooks.emit("afterTool", { callId, name, result });
    const inputIds = scene.taken;
    const commands: AgentCommand[] = inputIds.length === 0 ? [] : [{ type: "input.take", inputIds }];
    if (name === REPORT_TOOL && result.status === "ok") {
      const report = input as RecordedReport;
      hooks.emit("report", report);
      commands.push({ type: "report.record", ...report });
    }
    commands.push({ type: "tool.complete", callId, result, durationMs: clock.now() - startedAt });
    return commands;
  }

  /** Asks the outside world what became of a call whose host died, within the bounds of the call itself. */
  async #reconcile(state: AgentState, call: ToolCallState, stopping: Stopping): Promise<AgentCommand> {
    const { deps, planner } = this.#parts;
    const { callId } = call;
    const { tool, input } = ready(await planner.prepare(call), call);
    const { log } = new ToolScene(this.#parts, { record: state.record, call, stopping }).context;
    const found = await bounded(async () => await tool.reconcile?.(callKey(state.record, callId), input), {
      stopping,
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
}

function ready(prepared: Prepared, { callId }: ToolCallState): Extract<Prepared, { ready: true }> {
  if (prepared.ready) return prepared;
  throw new Error(`call "${callId}" had begun and is not ready to be run: ${prepared.answer}`);
}
