import {
  modelName,
  type AgentId,
  type AgentRecord,
  type Model,
  type ModelRequest,
  type Usage,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import type { LoopDeps } from "./deps.ts";

/** Most tokens of one answer where a budget has to hold and the definition says nothing. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 8_192;

/** What providers add to what is sent: the frame of each message, the words that tell a model of its tools. */
const FRAME_TOKENS = 1_024;

/** What a call was measured as, and what the provider counted. */
interface Counted {
  readonly model: string;
  readonly bytes: number;
  readonly inputTokens: number;
}

/** The most that model calls of agents can cost, from what is sent and what providers have counted before. */
export class Reservations {
  readonly #deps: Pick<LoopDeps, "ledger" | "priceOf">;
  readonly #measured = new Map<AgentId, { bytes: number; counted?: Counted }>();

  constructor(deps: Pick<LoopDeps, "ledger" | "priceOf">) {
    this.#deps = deps;
  }

  /** Whether a budget of money or of tokens binds the agent. */
  bind(agentId: AgentId): boolean {
    const { usd, tokens } = this.#deps.ledger.budgets.bounds(agentId);
    return usd !== undefined || tokens !== undefined;
  }

  /** Most tokens that the agent's model may answer with; undefined where nothing bounds it. */
  maxOutputTokens(agentId: AgentId, { maxOutputTokens }: AgentDefinition): number | undefined {
    return maxOutputTokens ?? (this.bind(agentId) ? DEFAULT_MAX_OUTPUT_TOKENS : undefined);
  }

  /** No token is less than a byte. What the provider has counted before and what has come since is nearer to the truth. */
  reserve(
    { id }: Pick<AgentRecord, "id">,
    call: {
      readonly model: Model;
      readonly request: Partial<ModelRequest>;
      readonly maxOutputTokens: number;
    },
  ): { readonly tokens: number; readonly usd: number | null } {
    const { prompt, tools = [] } = call.request;
    const bytes = Buffer.byteLength(JSON.stringify({ prompt, tools }));
    const model = modelName(call.model);
    const counted = this.#measured.get(id)?.counted;
    const before =
      counted !== undefined && counted.model === model && counted.bytes <= bytes ? counted : undefined;
    this.#measured.set(id, { bytes, ...(counted === undefined ? {} : { counted }) });
    const most = FRAME_TOKENS + bytes;
    const inputTokens =
      before === undefined
        ? most
        : Math.min(most, before.inputTokens + (bytes - before.bytes) + FRAME_TOKENS);
    const { maxOutputTokens: outputTokens } = call;
    const usage = { inputTokens, outputTokens, cachedInputTokens: 0, reasoningTokens: 0, modelCalls: 1 };
    return { tokens: inputTokens + outputTokens, usd: this.#deps.priceOf(model, usage) };
  }

  /** The provider has said what the call was that was measured last. */
  counted(agentId: AgentId, model: Model, { inputTokens }: Pick<Usage, "inputTokens">): void {
    const measured = this.#measured.get(agentId);
    if (measured === undefined || inputTokens <= 0) return;
    const { bytes } = measured;
    this.#measured.set(agentId, { bytes, counted: { model: modelName(model), bytes, inputTokens } });
  }

  /** The agent will make no more calls. */
  forget(agentId: AgentId): void {
    this.#measured.delete(agentId);
  }
}
