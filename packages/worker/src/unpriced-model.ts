import { modelName } from "@colony/core";
import type { AgentDefinition, PriceOf } from "./definition.ts";

/** Any use will do to find out whether there is a price. */
const SOME = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, reasoningTokens: 0, modelCalls: 1 };

/** The first of a definition's models whose price is not known, so that no budget of money can hold it. */
export function unpricedModel(
  { model, fallbacks }: Pick<AgentDefinition, "model" | "fallbacks">,
  priceOf: PriceOf,
): string | undefined {
  return [model, ...fallbacks].map(modelName).find((name) => priceOf(name, SOME) === null);
}
