import { ColonyError, loadedPart, type Model } from "@colony/core";
import { modelFetch } from "@colony/runtime";
import type { Environment } from "../io/io.ts";
import { onOneLine } from "../render/words.ts";
import type { Settings } from "../settings/settings.ts";
import { NO_KEY_NOTICE, chooseModel, set, type ModelChoice } from "./model-choice.ts";
import { offeredModels } from "./offered-models.ts";
import { serverAddress } from "./server-address.ts";

/** A model that is ready to be asked. */
export interface OpenedModel {
  readonly model: Model;
  /** `provider/name`, as people write it. */
  readonly name: string;
  /** What people must be told about how it was chosen. */
  readonly notice: string | undefined;
}

/** The model of these settings. Packages of providers are loaded only when they are needed: that takes a while. */
export async function openModel(
  settings: Pick<Settings, "model" | "offlineThinkMs">,
  env: Environment,
): Promise<OpenedModel> {
  const choice = chooseModel(settings.model, env);
  const name = choice.name ?? (await firstOffered(env));
  const model = await create({ ...choice, name }, env, settings.offlineThinkMs.value);
  return { model, name: `${choice.provider}/${name}`, notice: noticeOf(choice, name) };
}

function noticeOf({ provider, name, why }: ModelChoice, taken: string): string | undefined {
  if (provider === "offline") return why === "no API key found" ? NO_KEY_NOTICE : undefined;
  const full = onOneLine(`${provider}/${taken}`);
  if (name === undefined)
    return `using ${full}, the first model the server offers; name another with --model`;
  return why.endsWith("is set") ? `using ${full}, because ${why}` : undefined;
}

async function firstOffered(env: Environment): Promise<string> {
  const [first] = await offeredModels(serverAddress(env), { apiKey: set(env, "OPENAI_API_KEY") });
  if (first === undefined)
    throw new ColonyError("model.unknown", "the server offers no model; name one with --model");
  return first;
}

async function create(
  { provider, name }: ModelChoice & { readonly name: string },
  env: Environment,
  thinkMs: number,
): Promise<Model> {
  const apiKey = set(env, "OPENAI_API_KEY");
  switch (provider) {
    case "offline": {
      const { createOfflineModel } = await loadedPart(import("@colony/offline"));
      return createOfflineModel({ thinkMs });
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI({ fetch: modelFetch(), ...(apiKey === undefined ? {} : { apiKey }) })(name);
    }
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      const key = set(env, "ANTHROPIC_API_KEY");
      return createAnthropic({ fetch: modelFetch(), ...(key === undefined ? {} : { apiKey: key }) })(name);
    }
    case "openai-compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      return createOpenAICompatible({
        name: "openai-compatible",
        baseURL: serverAddress(env).replace(/\/+$/u, ""),
        includeUsage: true,
        fetch: modelFetch(),
        ...(apiKey === undefined ? {} : { apiKey }),
      })(name);
    }
  }
}
