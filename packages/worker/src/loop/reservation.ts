import {
  modelName,
  type AgentId,
  type AgentRecord,
  type EventData,
  type Model,
  type ModelRequest,
  type Usage,
} from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import type { LoopDeps } from "./deps.ts";
import { promptSize, type PromptSize } from "./prompt-size.ts";

/** Most tokens of one answer where a budget has to hold and the definition says nothing. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 8_192;

/** With room for fewer than these there is nothing worth asking for. */
const LEAST_OUTPUT_TOKENS = 256;

/** What providers add to what is sent: the frame of each message, the words that tell a model of its tools. */
const FRAME_TOKENS = 1_024;

/**
 * Most bytes of words that a token stands for. Half of that is usual; a count that would make it more has left something
 * out, as proxies do with what they had cached, and may have it in the next time.
 */
const MOST_BYTES_OF_TOKEN = 8;

/** What a call was measured as, and what the provider counted. */
interface Counted {
  readonly model: string;
  readonly bytes: number;
  readonly inputTokens: number;
}

type Reserved = NonNullable<EventData<"MODEL_CALL_STARTED">["reserved"]>;

/** The most that model calls of agents can cost, from what is sent and what providers have counted before. */
export class Reservations {
  readonly #deps: Pick<LoopDeps, "ledger" | "priceOf">;
  readonly #measured = new Map<AgentId, PromptSize & { readonly counted?: Counted }>();

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

  /**
   * The most that a call can cost. No token is less than a byte; what the provider has counted before and what has come
   * since is nearer to the truth. Where the budget will not have room for a whole answer any more, however long it is
   * waited for, the answer may have as many tokens as still fit, and that many are named.
   */
  reserve(
    { id }: Pick<AgentRecord, "id">,
    call: {
      readonly model: Model;
      readonly request: Partial<ModelRequest>;
      readonly maxOutputTokens: number;
    },
  ): Reserved {
    const { maxOutputTokens } = call;
    const inputTokens = this.#inputTokens(id, call);
    const model = modelName(call.model);
    const need = (outputTokens: number): Reserved => {
      const usage = { inputTokens, outputTokens, cachedInputTokens: 0, reasoningTokens: 0, modelCalls: 1 };
      return { tokens: inputTokens + outputTokens, usd: this.#deps.priceOf(model, usage) };
    };
    const whole = need(maxOutputTokens);
    if (this.#mayFit(id, whole)) return whole;
    let [least, most] = [Math.min(LEAST_OUTPUT_TOKENS, maxOutputTokens), maxOutputTokens];
    if (least === most || !this.#mayFit(id, need(least))) return need(least);
    while (most - least > 1) {
      const middle = Math.floor((least + most) / 2);
      if (this.#mayFit(id, need(middle))) least = middle;
      else most = middle;
    }
    return { ...need(least), outputTokens: least };
  }

  /** The provider has said what the call was that was measured last. What cannot be all of it is passed over. */
  counted(agentId: AgentId, model: Model, { inputTokens }: Pick<Usage, "inputTokens">): void {
    const measured = this.#measured.get(agentId);
    if (measured === undefined || inputTokens <= 0) return;
    const { bytes, wordBytes } = measured;
    if (inputTokens * MOST_BYTES_OF_TOKEN < wordBytes) return;
    this.#measured.set(agentId, { ...measured, counted: { model: modelName(model), bytes, inputTokens } });
  }

  #inputTokens(
    id: AgentId,
    call: { readonly model: Model; readonly request: Partial<ModelRequest> },
  ): number {
    const size = promptSize(call.request);
    const { bytes } = size;
    const model = modelName(call.model);
    const counted = this.#measured.get(id)?.counted;
    this.#measured.set(id, { ...size, ...(counted === undefined ? {} : { counted }) });
    const most = FRAME_TOKENS + bytes;
    if (counted === undefined || counted.model !== model || counted.bytes > bytes) return most;
    return Math.min(most, counted.inputTokens + (bytes - counted.bytes) + FRAME_TOKENS);
  }

  /** Whether there is room, or may be some once others have settled. */
  #mayFit(id: AgentId, { tokens, usd }: Reserved): boolean {
    const lack = this.#deps.ledger.budgets.lack(id, { tokens, usd, toolCalls: 0, workers: 0 });
    return lack === undefined || lack.mayPass;
  }

  /** The agent will make no more calls. */
  forget(agentId: AgentId): void {
    this.#measured.delete(agentId);
  }
}
