import { ColonyError } from "@colony/core";
import { suggestion } from "../arguments/nearest.ts";
import type { Environment } from "../io/io.ts";
import type { Setting } from "../settings/settings.ts";

/** Who can be asked for a model: which variable holds its key, and which model is taken where none was named. */
const PROVIDERS = {
  offline: { key: undefined, defaultModel: "rules" },
  openai: { key: "OPENAI_API_KEY", defaultModel: "gpt-5" },
  anthropic: { key: "ANTHROPIC_API_KEY", defaultModel: "claude-sonnet-4-5" },
  "openai-compatible": { key: undefined, defaultModel: undefined },
} as const;

/** A provider of models. */
type Provider = keyof typeof PROVIDERS;

/** The model that a colony will think with, and why this one. */
export interface ModelChoice {
  readonly provider: Provider;
  /** Undefined: the first that the server offers. */
  readonly name: string | undefined;
  /** For people: `--model`, `ANTHROPIC_API_KEY is set`. */
  readonly why: string;
}

/** What is said where the offline model is taken because there is nothing else. */
export const NO_KEY_NOTICE =
  "no API key found: using the offline model; set OPENAI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL to use a real one";

const FORMS = "offline/rules, openai/NAME, anthropic/NAME or openai-compatible/NAME";
const isProvider = (word: string): word is Provider => Object.hasOwn(PROVIDERS, word);

/**
 * Chooses a model: the one asked for, or one that the variables that are set make possible. Asks nobody. Throws
 * `model.unknown` for a name that is not understood and `model.missing_key` for a provider that cannot be used.
 */
export function chooseModel(asked: Setting<string | undefined>, env: Environment): ModelChoice {
  if (asked.value !== undefined) return modelAsked(asked.value, asked.source, env);
  if (isSet(env, "OPENAI_BASE_URL"))
    return { provider: "openai-compatible", name: set(env, "OPENAI_MODEL"), why: "OPENAI_BASE_URL is set" };
  for (const provider of ["anthropic", "openai"] as const) {
    const { key, defaultModel } = PROVIDERS[provider];
    if (isSet(env, key)) return { provider, name: defaultModel, why: `${key} is set` };
  }
  return { provider: "offline", name: PROVIDERS.offline.defaultModel, why: "no API key found" };
}

function modelAsked(text: string, source: string, env: Environment): ModelChoice {
  const slash = text.indexOf("/");
  const provider = slash < 0 ? text : text.slice(0, slash);
  const name = slash < 0 ? "" : text.slice(slash + 1);
  if (!isProvider(provider)) {
    // Servers name their models as they like, with or without slashes; the variable may simply hold such a name.
    if (source === "COLONY_MODEL" && isSet(env, "OPENAI_BASE_URL"))
      return { provider: "openai-compatible", name: text, why: "OPENAI_BASE_URL is set" };
    throw unknownModel(text, provider, source);
  }
  if (slash >= 0 && name.trim() === "") throw unknownModel(text, provider, source);
  const { key, defaultModel } = PROVIDERS[provider];
  if (provider === "offline" && name !== "" && name !== defaultModel)
    throw new ColonyError(
      "model.unknown",
      `${source} is "${text}"; the only offline model is "offline/rules"`,
    );
  if (key !== undefined && !isSet(env, key))
    throw new ColonyError(
      "model.missing_key",
      `${source} asks for "${text}", and ${key} is not set; set it, or take the offline model with --model offline/rules`,
    );
  if (provider === "openai-compatible" && !isSet(env, "OPENAI_BASE_URL"))
    throw new ColonyError(
      "model.missing_key",
      `${source} asks for "${text}", and OPENAI_BASE_URL is not set; set it to the server's address, as in http://localhost:11434/v1`,
    );
  const unnamed = provider === "openai-compatible" ? set(env, "OPENAI_MODEL") : defaultModel;
  return { provider, name: name === "" ? unnamed : name, why: source };
}

function unknownModel(text: string, provider: string, source: string): ColonyError {
  const forms = `name a model as ${FORMS}`;
  const hint =
    isProvider(provider) || !text.includes("/") ? "" : suggestion(provider, Object.keys(PROVIDERS));
  return new ColonyError(
    "model.unknown",
    `${source} is "${text}", which names no provider and model; ${forms}${hint}`,
  );
}

/** The value of a variable; nothing but blanks is not set. */
export function set(env: Environment, variable: string): string | undefined {
  const value = env[variable]?.trim();
  return value === "" ? undefined : value;
}

function isSet(env: Environment, variable: string): boolean {
  return set(env, variable) !== undefined;
}
