import {
  modelName,
  textOf,
  type AgentCommand,
  type AgentState,
  type CallId,
  type ModelRequest,
  type ModelTool,
  type Pulse,
  type Usage,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import type { Hooks } from "../hooks/hooks.ts";
import { askModel } from "../model/ask-model.ts";
import type { Delta } from "../model/read-answer.ts";
import { DEFAULT_MODEL_TIMEOUTS } from "../model/timeouts.ts";
import { promptOf } from "../prompt/prompt.ts";
import { systemPrompt } from "../prompt/system.ts";
import { REPORT_TOOL } from "../tools/report-tool.ts";
import type { LoopDeps } from "./deps.ts";
import type { ToolEffects } from "./tool-effects.ts";

interface ModelEffectOptions {
  readonly deps: LoopDeps;
  readonly definition: AgentDefinition;
  readonly hooks: Hooks;
  readonly tools: ToolEffects;
}

/** Asks the model what the state calls for, and says what to record of its answer. */
export class ModelEffect {
  readonly name: string;
  readonly #options: ModelEffectOptions;

  constructor(options: ModelEffectOptions) {
    this.#options = options;
    this.name = modelName(options.definition.model);
  }

  async run(state: AgentState, callId: CallId, signal: AbortSignal): Promise<readonly AgentCommand[]> {
    const { deps, definition, hooks } = this.#options;
    const turn = (state.record.execution?.turns ?? 0) + 1;
    hooks.emit("beforeTurn", { turn });
    const asked = await askModel({
      model: definition.model,
      request: this.request(state),
      clock: deps.clock,
      timeouts: { ...DEFAULT_MODEL_TIMEOUTS, ...definition.timeouts },
      signal,
      onDelta: (delta) => this.#pulse(state, callId, delta),
    });
    if (asked.outcome === "aborted") return [{ type: "model.lose", callId }];
    if (asked.outcome === "failed") {
      const { failure, supersededText, usage } = asked;
      return [
        {
          type: "model.fail",
          callId,
          ...failure,
          supersededText,
          ...(usage === undefined ? {} : { usage: this.#priced(usage) }),
        },
      ];
    }
    const { answer, firstTokenMs, durationMs } = asked;
    hooks.emit("afterTurn", { turn, text: textOf(answer.message) });
    return [
      {
        type: "model.complete",
        callId,
        message: answer.message,
        finishReason: answer.finishReason,
        usage: this.#priced(answer.usage),
        durationMs,
        firstTokenMs,
      },
    ];
  }

  /** What the model is asked at this point. */
  request(state: AgentState): Omit<ModelRequest, "abortSignal"> {
    const { definition, tools } = this.#options;
    const wrapping = state.execution?.wrapUp != null;
    const offered = [...tools.all.values()].filter(({ name }) => !wrapping || name === REPORT_TOOL);
    const told = offered.map((tool): ModelTool => ({
      type: "function",
      name: tool.name,
      description: tool.description,
      inputSchema: tool.inputSchema as ModelTool["inputSchema"],
    }));
    return {
      prompt: promptOf(systemPrompt(state, definition.instructions), state),
      ...(told.length === 0 ? {} : { tools: told, toolChoice: { type: "auto" } }),
    };
  }

  #priced(usage: Omit<Usage, "costUsd">): Usage {
    return { ...usage, costUsd: this.#options.deps.priceOf(this.name, usage) };
  }

  #pulse({ record }: AgentState, callId: CallId, delta: Delta): void {
    const executionId = record.execution?.id;
    if (executionId === undefined) return;
    const pulse: Pulse = { agentId: record.id, executionId, callId, ...delta };
    this.#options.deps.bus.pulse(pulse);
  }
}
