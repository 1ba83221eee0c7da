import type { PriceTable } from "@colony/runtime";

/** How a price is written, for whoever has to write one. */
export const PRICE_FORM =
  'PROVIDER/MODEL=IN/OUT in US dollars per million tokens, as in "openai/gpt-5=1.25/10"';

const ENTRY = /^(?<model>[^=\s]+\/[^=\s]+)=(?<input>\d+(?:\.\d+)?)\/(?<output>\d+(?:\.\d+)?)$/u;

/** Prices of models, with commas between; undefined for what is none. */
export function readPrices(text: string): PriceTable | undefined {
  const entries = text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const prices: Record<string, PriceTable[string]> = {};
  for (const entry of entries) {
    const { model, input, output } = ENTRY.exec(entry)?.groups ?? {};
    if (model === undefined || input === undefined || output === undefined) return undefined;
    prices[model] = { inputUsd: Number(input), outputUsd: Number(output) };
  }
  return entries.length === 0 ? undefined : prices;
}
