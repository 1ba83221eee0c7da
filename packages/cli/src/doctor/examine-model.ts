import { ColonyError } from "@colony/core";
import { errorWords } from "../errors/error-words.ts";
import type { Environment } from "../io/io.ts";
import { chooseModel, set } from "../models/model-choice.ts";
import { offeredModels } from "../models/offered-models.ts";
import { serverAddress } from "../models/server-address.ts";
import { listed } from "../render/words.ts";
import type { Settings } from "../settings/settings.ts";
import { good, note, wrong, type Finding } from "./finding.ts";

const KEYS = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"] as const;
const ANSWER_MS = 3_000;

/** Which model would be used and why, and whether its server is there. Keys are named, never shown. */
export async function examineModel(
  { model }: Pick<Settings, "model">,
  env: Environment,
): Promise<readonly Finding[]> {
  const keys = KEYS.filter((name) => set(env, name) !== undefined);
  const keyFinding = keys.length === 0 ? note("keys", "none is set") : good("keys", `${listed(keys)} set`);
  try {
    const { provider, name, why } = chooseModel(model, env);
    const asks = name ?? "the first model the server offers";
    const isOffline = provider === "offline" && why === "no API key found";
    const chosen = isOffline
      ? note(
          "model",
          "offline/rules, because no API key was found; set OPENAI_API_KEY, ANTHROPIC_API_KEY or OPENAI_BASE_URL to use a real one",
        )
      : good("model", `${provider}/${asks} (${why})`);
    if (provider !== "openai-compatible") return [chosen, keyFinding];
    return [chosen, keyFinding, await examineServer(name, env)];
  } catch (error) {
    return [
      wrong("model", errorWords(error), "set what is missing, or take another model with --model"),
      keyFinding,
    ];
  }
}

/** The server is there and well, and tells no models. */
function hasNoList(error: unknown): boolean {
  if (!(error instanceof ColonyError) || error.code !== "model.unknown") return false;
  const { status } = error.details;
  return typeof status !== "number" || status < 500;
}

async function examineServer(name: string | undefined, env: Environment): Promise<Finding> {
  const address = set(env, "OPENAI_BASE_URL") ?? "";
  try {
    const models = await offeredModels(serverAddress(env), {
      apiKey: set(env, "OPENAI_API_KEY"),
      timeoutMs: ANSWER_MS,
    });
    if (name !== undefined && !models.includes(name))
      return note(
        "server",
        `${address} answers, and "${name}" is not in its list of models (${models.slice(0, 5).join(", ")})`,
      );
    return good(
      "server",
      `${address} answers and offers ${models.length === 1 ? `one model, ${models[0] ?? ""}` : `${models.length} models`}`,
    );
  } catch (error) {
    if (error instanceof ColonyError && error.code === "model.auth")
      return wrong("server", errorWords(error), "set OPENAI_API_KEY to a key that this server takes");
    // It answers, and only does not say what it has: nobody has to, where a model is named.
    if (name !== undefined && hasNoList(error))
      return note(
        "server",
        `${address} answers, and has no list of models that "${name}" could be looked up in`,
      );
    const mend = "start the server, or set OPENAI_BASE_URL to its address; --model offline/rules needs none";
    return wrong("server", errorWords(error), mend);
  }
}
