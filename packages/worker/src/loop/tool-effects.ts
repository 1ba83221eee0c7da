import {
  messageOf,
  openCalls,
  type AgentCommand,
  type AgentState,
  type RecordedReport,
  type ToolCallState,
  type ToolResult,
} from "@colony/core";
import { bounded } from "../tools/bounded.ts";
import type { Stopping } from "../stopping.ts";
import { not, type Prepared } from "../tools/prepare.ts";
import { REPORT_TOOL } from "../tools/report-tool.ts";
import { runTool } from "../tools/run-tool.ts";
import { shownResult } from "../tools/shown-result.ts";
import { inDoubt, repeatNotice, type Waiting } from "./call-planner.ts";
import type { Effects, Outcome } from "./effects.ts";
import type { RunParts } from "./run-parts.ts";
import { ToolScene, callKey, type SceneOptions } from "./tool-scene.ts";

type Ready = Extract<Prepared, { readonly ready: true }>;

/** A call that has been run. */
interface Ran {
  readonly call: ToolCallState;
  readonly input: unknown;
  readonly scene: ToolScene;
  readonly startedAt: number;
}

/** Carries calls out, and says what to record of them. */
export class ToolEffects {
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Does what is to be done now for the calls without an outcome, as far as that is not under way. */
  begin(state: AgentState, effects: Effects): void {
    for (const call of openCalls(state)) {
      if (call.status !== "started" || effects.has(call.callId)) continue;
      const effect = effects.begin(call.callId);
      effect.settle(this.#run(state, call, effect));
    }
    for (const waiting of this.#parts.planner.waitingIn(state)) {
      const { callId } = waiting.call;
      if (effects.has(callId)) continue;
      const effect = effects.begin(callId);
      effect.settle(this.#clear(state, waiting, effect));
    }
  }

  async #clear(state: AgentState, waiting: Waiting, stopping: Stopping): Promise<readonly AgentCommand[]> {
    const { call } = waiting;
    switch (waiting.for) {
      case "check":
        this.#parts.planner.settle(call.callId, await this.#checked(waiting, stopping));
        return [];
      case "approval":
        await this.#askWhetherToApprove(state, waiting, stopping);
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

  /** A tool that cannot say so wants a person. */
  async #askWhetherToApprove(
    state: AgentState,
    { call, timeoutMs }: Waiting,
    stopping: Stopping,
  ): Promise<void> {
    const { deps, planner } = this.#parts;
    const { peopleFirst } = planner;
    const prepared = await planner.prepare(call);
    if (!prepared.ready || peopleFirst === undefined) return;
    const asked = await bounded(() => peopleFirst.ask(state, { prepared }), {
      stopping,
      timeoutMs,
      clock: deps.clock,
    });
    if (asked.came === "thrown")
      deps.logger.warn(
        { tool: call.name, reason: messageOf(asked.error) },
        "tool could not say whether to ask a person, so one is asked",
      );
    peopleFirst.settle(call.callId, asked.came === "back" ? asked.value : true);
    planner.renew(call.callId);
  }

  #run(state: AgentState, call: ToolCallState, stopping: Stopping): Outcome {
    const prepared = this.#parts.planner.prepare(call);
    const record = { record: state.record, call, stopping };
    return prepared instanceof Promise
      ? prepared.then((checked) => this.#runPrepared(ready(checked, call), record))
      : this.#runPrepared(ready(prepared, call), record);
  }

  #runPrepared({ tool, input }: Ready, of: SceneOptions): Outcome {
    const { clock, blobs } = this.#parts.deps;
    const { call, stopping } = of;
    const startedAt = clock.now();
    const scene = new ToolScene(this.#parts, of);
    const { context } = scene;
    const result = runTool({ tool, input, context, stopping, clock, blobs, notice: repeatNotice(call) });
    const ran = { call, input, scene, startedAt };
    if (result instanceof Promise) return result.then((late) => this.#ended(ran, late));
    return this.#ended(ran, result);
  }

  /** The tool has come back. What it has said besides is written down first. */
  #ended(ran: Ran, result: ToolResult): Outcome {
    const { scene } = ran;
    scene.end();
    const { milestones } = scene;
    return milestones === undefined
      ? this.#commandsOf(ran, result)
      : milestones.then(() => this.#commandsOf(ran, result));
  }

  #commandsOf({ call, input, scene, startedAt }: Ran, result: ToolResult): readonly AgentCommand[] {
    const { deps, hooks, planner } = this.#parts;
    const { callId, name } = call;
    planner.forget(callId);
    if (hooks.areHeard) hooks.emit("afterTool", { callId, name, result });
    const inputIds = scene.taken;
    const commands: AgentCommand[] = inputIds.length === 0 ? [] : [{ type: "input.take", inputIds }];
    if (name === REPORT_TOOL && result.status === "ok") {
      const report = input as RecordedReport;
      hooks.emit("report", report);
      commands.push({ type: "report.record", ...report });
    }
    if (scene.refusal !== undefined) commands.push({ type: "spawn.refuse", callId, ...scene.refusal });
    commands.push({ type: "tool.complete", callId, result, durationMs: deps.clock.now() - startedAt });
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
    planner.renew(callId);
    if (said?.outcome === "never_happened")
      return { type: "tool.start", calls: [{ callId, effect: tool.effect, reconciled: true }] };
    if (said?.outcome !== "done") return inDoubt(call);
    const result = await shownResult("ok", said.output, {
      blobs: deps.blobs,
      clock: deps.clock,
      stopping,
      log,
      notice: repeatNotice(call),
    });
    return { type: "tool.complete", callId, result, durationMs: 0 };
  }
}

function ready(prepared: Prepared, { callId }: ToolCallState): Ready {
  if (prepared.ready) return prepared;
  throw new Error(`call "${callId}" had begun and is not ready to be run: ${prepared.answer}`);
}
