import { ColonyError, messageOf } from "@colony/core";
import { modelFetch } from "@colony/runtime";
import { z } from "zod";

const Offered = z.object({ data: z.array(z.object({ id: z.string().min(1) })) });
const TIMEOUT_MS = 10_000;

/**
 * The models that an OpenAI-compatible server says it has (`GET /models`). Throws `model.unreachable`, `model.auth`,
 * `model.unknown`, and `settings.invalid` for a key that cannot be sent, each with what to do.
 */
export async function offeredModels(
  baseUrl: string,
  options: { readonly apiKey: string | undefined; readonly timeoutMs?: number },
): Promise<readonly string[]> {
  const address = `${baseUrl.replace(/\/+$/u, "")}/models`;
  const name = "name one with --model openai-compatible/NAME or OPENAI_MODEL";
  let response: Response;
  let body: unknown;
  try {
    response = await modelFetch()(address, {
      headers: options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` },
      signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
    });
    if (response.ok) body = await response.json().catch(() => undefined);
    else await response.body?.cancel();
  } catch (cause) {
    if (cause instanceof ColonyError) throw cause;
    throw new ColonyError(
      "model.unreachable",
      `no model server answers at ${baseUrl} (${reasonOf(cause)}); start it, or check OPENAI_BASE_URL`,
      { cause },
    );
  }
  if (response.status === 401 || response.status === 403)
    throw new ColonyError("model.auth", `${address} answered ${response.status}; check OPENAI_API_KEY`);
  if (!response.ok)
    throw new ColonyError(
      "model.unknown",
      `${address} answered ${response.status}, so no model could be chosen; ${name}`,
      { details: { status: response.status } },
    );
  const offered = Offered.safeParse(body);
  if (!offered.success || offered.data.data.length === 0)
    throw new ColonyError("model.unknown", `${address} lists no models; ${name}`);
  return offered.data.data.map(({ id }) => id);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  if (error.name === "TimeoutError") return "no answer in time";
  return error.cause === undefined ? messageOf(error) : messageOf(error.cause) || messageOf(error);
}
