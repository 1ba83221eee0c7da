import { describe, expect, it } from "vitest";
import { chooseModel } from "./model-choice.ts";

const asked = (value: string | undefined, source = "--model") => ({ value, source });
const KEYS = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k", OPENAI_BASE_URL: "http://localhost:1/v1" };

describe("a model", () => {
  it.each([
    ["offline/rules", {}, "offline", "rules"],
    ["offline", {}, "offline", "rules"],
    ["openai/gpt-x", KEYS, "openai", "gpt-x"],
    ["anthropic/claude-x", KEYS, "anthropic", "claude-x"],
    ["openai-compatible/qwen/qwen3", KEYS, "openai-compatible", "qwen/qwen3"],
    ["openai-compatible", { ...KEYS, OPENAI_MODEL: "m" }, "openai-compatible", "m"],
    ["openai-compatible", KEYS, "openai-compatible", undefined],
  ])("asked for as %s is %s", (text, env, ...[provider, name]) => {
    expect(chooseModel(asked(text), env)).toEqual({ provider, name, why: "--model" });
  });

  it.each([
    [{}, "offline", "rules", "no API key found"],
    [{ OPENAI_API_KEY: "  " }, "offline", "rules", "no API key found"],
    [{ OPENAI_API_KEY: "k" }, "openai", "gpt-5", "OPENAI_API_KEY is set"],
    [
      { ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: "k" },
      "anthropic",
      "claude-sonnet-4-5",
      "ANTHROPIC_API_KEY is set",
    ],
    [{ ...KEYS, OPENAI_MODEL: "llama3" }, "openai-compatible", "llama3", "OPENAI_BASE_URL is set"],
    [KEYS, "openai-compatible", undefined, "OPENAI_BASE_URL is set"],
  ])("follows from what is set: %j", (env, provider, ...[name, why]) => {
    expect(chooseModel(asked(undefined, "default"), env as Record<string, string>)).toEqual({
      provider,
      name,
      why,
    });
  });

  it("of a server of one's own may be named by COLONY_MODEL alone, slashes included", () => {
    const env = { OPENAI_BASE_URL: "http://localhost:1/v1" };
    expect(chooseModel(asked("qwen/qwen3", "COLONY_MODEL"), env)).toMatchObject({
      provider: "openai-compatible",
      name: "qwen/qwen3",
    });
  });

  it.each<readonly [string, Record<string, string>, string, string]>([
    ["gpt-5", {}, "model.unknown", "openai/NAME, anthropic/NAME or openai-compatible/NAME"],
    ["opnai/gpt-5", {}, "model.unknown", 'did you mean "openai"?'],
    ["openai/", KEYS, "model.unknown", '--model is "openai/"'],
    ["", KEYS, "model.unknown", '--model is ""'],
    ["offline/gpt", {}, "model.unknown", 'the only offline model is "offline/rules"'],
    ["openai/gpt-5", {}, "model.missing_key", "OPENAI_API_KEY is not set"],
    ["anthropic/claude", { OPENAI_API_KEY: "k" }, "model.missing_key", "ANTHROPIC_API_KEY is not set"],
    ["openai-compatible/llama", {}, "model.missing_key", "OPENAI_BASE_URL is not set"],
  ])("that is %j cannot be had, and a sentence says why", (text, env, ...[code, sentence]) => {
    expect(() => chooseModel(asked(text), env)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(sentence) as string }) as Error,
    );
  });
});
