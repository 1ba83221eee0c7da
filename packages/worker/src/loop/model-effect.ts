import {
  modelName,
  textOf,
  type AgentCommand,
  type AgentState,
  type CallId,
  type Model,
  type ModelRequest,
  type ModelTool,
  type Pulse,
  type Tool,
  type Usage,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import type { Hooks } from "../hooks/hooks.ts";
import { askModel } from "../model/ask-model.ts";
import type { Delta } from "../model/read-answer.ts";
import { DEFAULT_MODEL_TIMEOUTS, type ModelTimeouts } from "../model/timeouts.ts";
import { promptOf } from "../prompt/prompt.ts";
import { systemPrompt } from "../prompt/system.ts";
import { REPORT_TOOL } from "../tools/report-tool.ts";
import type { LoopDeps } from "./deps.ts";
import { DEFAULT_MAX_OUTPUT_TOKENS, type Reservations } from "./reservation.ts";

interface ModelEffectOptions {
  readonly deps: LoopDeps;
  readonly definition: AgentDefinition;
  readonly hooks: Hooks;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly reservations: Reservations;
}

/** Asks the model what the state calls for, and says what to record of its answer. */
export class ModelEffect {
  readonly #models: readonly Model[];
  readonly #options: ModelEffectOptions;
  readonly #timeouts: ModelTimeouts;

  constructor(options: ModelEffectOptions) {
    this.#options = options;
    const { model, fallbacks, timeouts } = options.definition;
    this.#models = [model, ...fallbacks];
    this.#timeouts =
      timeouts === undefined ? DEFAULT_MODEL_TIMEOUTS : { ...DEFAULT_MODEL_TIMEOUTS, ...timeouts };
  }

  /** How many models there are to ask, one after the other. */
  get count(): number {
    return this.#models.length;
  }

  /** The name of the model that the execution asks now. */
  nameFor(state: AgentState): string {
    return modelName(this.#modelFor(state));
  }

  /** The command to ask the model now, with the most that it can cost where a budget has to hold. */
  start(state: AgentState): AgentCommand {
    const { reservations, definition } = this.#options;
    const { record } = state;
    if (!reservations.bind(record.id)) return { type: "model.start", model: this.nameFor(state) };
    const { maxOutputTokens = DEFAULT_MAX_OUTPUT_TOKENS } = definition;
    const model = this.#modelFor(state);
    const reserved = reservations.reserve(record, { model, request: this.request(state), maxOutputTokens });
    return { type: "model.start", model: modelName(model), reserved };
  }

  /** From which model to which the execution turns when this one is given up. */
  switchFrom(state: AgentState): { readonly from: string; readonly to: string } {
    const next = this.#models[(state.execution?.modelIndex ?? 0) + 1];
    return { from: this.nameFor(state), to: next === undefined ? "" : modelName(next) };
  }

  async run(state: AgentState, callId: CallId, stopping: AbortController): Promise<readonly AgentCommand[]> {
    const { deps, hooks, definition, reservations } = this.#options;
    const maxOutputTokens = reservations.maxOutputTokens(state.record.id, definition);
    const turn = (state.record.execution?.turns ?? 0) + 1;
    hooks.emit("beforeTurn", { turn });
    const asked = await askModel({
      model: this.#modelFor(state),
      request: { ...this.request(state), ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) },
      clock: deps.clock,
      timeouts: this.#timeouts,
      stopping,
      onDelta: (delta) => this.#pulse(state, callId, delta),
    });
    if (asked.outcome === "aborted")
      return [{ type: "model.lose", callId, calledOff: true, supersededText: asked.supersededText }];
    if (asked.outcome === "failed") {
      const { failure, supersededText, usage } = asked;
      return [
        {
          type: "model.fail",
          callId,
          ...failure,
          supersededText,
          ...(usage === undefined ? {} : { usage: this.#priced(state, usage) }),
        },
      ];
    }
    const { answer, firstTokenMs, durationMs } = asked;
    reservations.counted(state.record.id, this.#modelFor(state), answer.usage);
    hooks.emit("afterTurn", { turn, text: textOf(answer.message) });
    return [
      {
        type: "model.complete",
        callId,
        message: answer.message,
        finishReason: answer.finishReason,
        usage: this.#priced(state, answer.usage),
        durationMs,
        firstTokenMs,
      },
    ];
  }

  /** What the model is asked at this point. Past a limit it can only report, or answer. */
  request(state: AgentState): Omit<ModelRequest, "abortSignal"> {
    const { definition, tools } = this.#options;
    const prompt = promptOf(systemPrompt(state, definition.instructions), state);
    if (tools.size === 0) return { prompt };
    const report = tools.get(REPORT_TOOL);
    if ((state.execution?.wrapUp ?? null) === null)
      return { prompt, tools: Array.from(tools.values(), toldOf), toolChoice: { type: "auto" } };
    // Providers want to know the tools that the conversation speaks of, also where none may be called any more.
    return report === undefined
      ? { prompt, tools: Array.from(tools.values(), toldOf), toolChoice: { type: "none" } }
      : { prompt, tools: [toldOf(report)], toolChoice: { type: "auto" } };
  }

  #priced(state: AgentState, usage: Omit<Usage, "costUsd">): Usage {
    return { ...usage, costUsd: this.#options.deps.priceOf(this.nameFor(state), usage) };
  }

  /** A chain that is shorter now than it was when the execution turned to its end is asked at its end. */
  #modelFor({ execution }: AgentState): Model {
    return this.#models[execution?.modelIndex ?? 0] ?? this.#models.at(-1) ?? this.#options.definition.model;
  }

  #pulse({ record }: AgentState, callId: CallId, delta: Delta): void {
    const executionId = record.execution?.id;
    if (executionId === undefined) return;
    const pulse: Pulse = { agentId: record.id, executionId, callId, ...delta };
    this.#options.deps.bus.pulse(pulse);
  }
}

const TOLD = new WeakMap<Tool, ModelTool>();

/** A tool as models are told of it, made once. */
function toldOf(tool: Tool): ModelTool {
  const known = TOLD.get(tool);
  if (known !== undefined) return known;
  const { name, description } = tool;
  const told: ModelTool = { type: "function", name, description, inputSchema: tool.inputSchema };
  TOLD.set(tool, told);
  return told;
}
