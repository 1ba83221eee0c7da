import { expect, it } from "vitest";
import { readPrices } from "./prices.ts";

it("prices are read for one model or several, whatever their names are", () => {
  expect(readPrices("openai/gpt-9=1.25/10")).toEqual({ "openai/gpt-9": { inputUsd: 1.25, outputUsd: 10 } });
  expect(readPrices("openai-compatible/org/qwen3:4b=0/0, anthropic/x=3/15,")).toEqual({
    "openai-compatible/org/qwen3:4b": { inputUsd: 0, outputUsd: 0 },
    "anthropic/x": { inputUsd: 3, outputUsd: 15 },
  });
});

it.each(["", " , ", "gpt-9=1/2", "openai/gpt-9", "openai/gpt-9=1", "openai/gpt-9=-1/2", "openai/gpt-9=a/b"])(
  "%j is no price",
  (text) => {
    expect(readPrices(text)).toBeUndefined();
  },
);
