import { z } from "zod";

export const Usage = z
  .object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    /** Part of `inputTokens` that the provider read from its cache. */
    cachedInputTokens: z.number(),
    /** Part of `outputTokens` that was spent on reasoning. */
    reasoningTokens: z.number(),
    /** US dollars; null where a price is not known, which is never the same as free. */
    costUsd: z.number().nullable(),
    modelCalls: z.number(),
  })
  .readonly();
/** What model calls consumed. */
export type Usage = z.infer<typeof Usage>;

/** Nothing consumed yet. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
  modelCalls: 0,
};

/** Whether the provider has said what calls consumed: no answer takes no tokens, in or out. */
export function isTold(usage: Pick<Usage, "inputTokens" | "outputTokens" | "modelCalls">): boolean {
  return usage.modelCalls === 0 || (usage.inputTokens > 0 && usage.outputTokens > 0);
}

/** Both together. An unknown cost makes the sum unknown. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
    modelCalls: a.modelCalls + b.modelCalls,
  };
}
