import { SILENT_LOGGER, messageOf, requireValue, type Logger } from "@colony/core";
import type { PriceOf } from "@colony/worker";
import { z } from "zod";

/** What a model costs, in US dollars per million tokens. */
export interface ModelPrice {
  readonly inputUsd: number;
  /** What the provider reads from its cache; default: as much as other input. */
  readonly cachedInputUsd?: number;
  readonly outputUsd: number;
}

/** Prices by `provider/model`. */
export interface PriceTable {
  readonly [model: string]: ModelPrice;
}

interface SourcedPrice extends ModelPrice {
  /** The page that says so. */
  readonly source: string;
  /** When it did. */
  readonly asOf: string;
}

const CLAUDE = {
  source: "https://platform.claude.com/docs/en/about-claude/pricing",
  asOf: "2026-10",
} as const;
const CLAUDE_5_5 = {
  source: "https://platform.claude.com/docs/about-claude/models/whats-new-opus-5",
  asOf: "2026-10",
} as const;
const GPT = { source: "https://developers.openai.com/docs/models", asOf: "2026-05" } as const;
/** Copies the provider's own page, https://developers.openai.com/api/docs/pricing, and says when. */
const GPT_EARLIER = { source: "https://deploybase.ai/articles/openai-pricing", asOf: "2026-03" } as const;

/**
 * List prices of models that cost the same however long the conversation is; tiers, batches, priority and the premium for
 * cache writes are not among them. Models that are not here are unknown until `prices` says what they cost.
 */
export const MODEL_PRICES: { readonly [model: string]: SourcedPrice } = {
  "anthropic/claude-opus-5-5": { inputUsd: 4, outputUsd: 20, ...CLAUDE_5_5 },
  "anthropic/claude-opus-5": { inputUsd: 5, cachedInputUsd: 0.5, outputUsd: 25, ...CLAUDE },
  "anthropic/claude-opus-4-8": { inputUsd: 5, cachedInputUsd: 0.5, outputUsd: 25, ...CLAUDE },
  "anthropic/claude-opus-4-7": { inputUsd: 5, cachedInputUsd: 0.5, outputUsd: 25, ...CLAUDE },
  "anthropic/claude-opus-4-6": { inputUsd: 5, cachedInputUsd: 0.5, outputUsd: 25, ...CLAUDE },
  "anthropic/claude-opus-4-5": { inputUsd: 5, cachedInputUsd: 0.5, outputUsd: 25, ...CLAUDE },
  "anthropic/claude-sonnet-5-5": { inputUsd: 2, outputUsd: 10, ...CLAUDE_5_5 },
  "anthropic/claude-sonnet-4-6": { inputUsd: 3, cachedInputUsd: 0.3, outputUsd: 15, ...CLAUDE },
  "anthropic/claude-sonnet-4-5": { inputUsd: 3, cachedInputUsd: 0.3, outputUsd: 15, ...CLAUDE },
  "anthropic/claude-haiku-4-5": { inputUsd: 1, cachedInputUsd: 0.1, outputUsd: 5, ...CLAUDE },
  "openai/gpt-5.4-mini": { inputUsd: 0.75, outputUsd: 4.5, ...GPT },
  "openai/gpt-5.1": { inputUsd: 1.25, outputUsd: 10, ...GPT_EARLIER },
  "openai/gpt-5": { inputUsd: 1.25, outputUsd: 10, ...GPT_EARLIER },
  "openai/gpt-5-mini": { inputUsd: 0.25, outputUsd: 2, ...GPT_EARLIER },
  "openai/gpt-5-nano": { inputUsd: 0.05, outputUsd: 0.4, ...GPT_EARLIER },
  "openai/gpt-4.1": { inputUsd: 2, outputUsd: 8, ...GPT_EARLIER },
  "openai/gpt-4.1-mini": { inputUsd: 0.4, outputUsd: 1.6, ...GPT_EARLIER },
  "openai/gpt-4.1-nano": { inputUsd: 0.1, outputUsd: 0.4, ...GPT_EARLIER },
};

const Price = z.strictObject({
  inputUsd: z.number().nonnegative(),
  cachedInputUsd: z.number().nonnegative().optional(),
  outputUsd: z.number().nonnegative(),
});

/** What prices may be given as. */
export const PRICES = {
  fits: z.union([z.custom<unknown>((value) => typeof value === "function"), z.record(z.string(), Price)]),
  give: "a function of a model's name and its usage, or an object of prices by model, each with inputUsd and outputUsd",
};

/**
 * What calls cost by these prices and, where a table has no row, by the list prices. The offline model is free. A function of one's own
 * that throws, or gives what is no amount of money, knows no price: the first time for each model is logged. Throws `settings.invalid`.
 */
export function pricesOf(
  prices: PriceOf | PriceTable | undefined,
  logger: Pick<Logger, "warn"> = SILENT_LOGGER,
): PriceOf {
  if (prices !== undefined) requireValue(prices, { ...PRICES, what: "prices", code: "settings.invalid" });
  if (typeof prices === "function") return knownPrices(prices, logger);
  const table: PriceTable = { ...MODEL_PRICES, ...prices };
  return (model, { inputTokens, cachedInputTokens, outputTokens }) => {
    if (model.startsWith("offline/")) return 0;
    const price = Object.hasOwn(table, model) ? table[model] : undefined;
    if (price === undefined) return null;
    const { inputUsd, cachedInputUsd = inputUsd, outputUsd } = price;
    const fresh = Math.max(0, inputTokens - cachedInputTokens);
    return (fresh * inputUsd + cachedInputTokens * cachedInputUsd + outputTokens * outputUsd) / 1_000_000;
  };
}

/** What a function says, as far as it is an amount of money: a budget would take another for less than nothing. */
function knownPrices(prices: PriceOf, logger: Pick<Logger, "warn">): PriceOf {
  const failed = new Set<string>();
  return (model, usage) => {
    try {
      const price = prices(model, usage);
      return price !== null && Number.isFinite(price) && price >= 0 ? price : null;
    } catch (error) {
      if (!failed.has(model)) logger.warn({ model, reason: messageOf(error) }, "price function failed");
      failed.add(model);
      return null;
    }
  };
}
