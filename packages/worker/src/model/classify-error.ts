import { messageOf, type ErrorCode, type Failure } from "@colony/core";

/** What a failed model call means for the next one. */
export interface ModelFailure {
  readonly error: Failure;
  readonly retryable: boolean;
  /** How long the provider asked to wait. */
  readonly retryAfterMs?: number;
}

/** The parts of a provider error that say something, whichever package threw it. */
interface ProviderError {
  readonly statusCode?: unknown;
  readonly responseHeaders?: unknown;
  readonly responseBody?: unknown;
  readonly cause?: unknown;
  readonly code?: unknown;
  readonly isRetryable?: unknown;
  readonly lastError?: unknown;
}

/**
 * Decides by what the provider said: 408, 409, 429, 5xx and network faults may pass; other refusals will not, however
 * often they are repeated.
 */
export function classifyError(error: unknown, options: { readonly model: string; readonly now: number }): ModelFailure {
  const status = statusOf(error);
  const said = clip(detailOf(error));
  if (status === undefined) {
    const network = networkCodeOf(error);
    if (network !== undefined)
      return failure("model.unreachable", `${options.model} cannot be reached (${network}): ${said}`, true);
    return failure("model.broken_stream", `${options.model} gave an answer that cannot be read: ${said}`, true);
  }
  const answer = `${options.model} answered ${status}: ${said}`;
  if (status === 401 || status === 403)
    return failure("model.auth", `${answer}. Check the key that is set for this provider.`, false);
  if (status === 429) return { ...failure("model.rate_limited", answer, true), ...retryAfter(error, options.now) };
  if (status === 408) return failure("model.timeout", answer, true);
  if (status === 409) return failure("model.overloaded", answer, true);
  if (status >= 500) return { ...failure("model.overloaded", answer, true), ...retryAfter(error, options.now) };
  if (status >= 200 && status < 300)
    return failure("model.broken_stream", `${options.model} gave an answer that cannot be read: ${said}`, true);
  return failure("model.rejected", answer, false);
}

function failure(code: ErrorCode, message: string, retryable: boolean): ModelFailure {
  return { error: { code, message }, retryable };
}

function fields(error: unknown): ProviderError {
  return typeof error === "object" && error !== null ? (error as ProviderError) : {};
}

/** The error and what caused it, at most five deep. */
function chain(error: unknown): readonly unknown[] {
  const links: unknown[] = [];
  for (let link: unknown = error; link != null && links.length < 5; link = fields(link).lastError ?? fields(link).cause)
    links.push(link);
  return links;
}

function statusOf(error: unknown): number | undefined {
  for (const link of chain(error)) {
    const { statusCode } = fields(link);
    if (typeof statusCode === "number") return statusCode;
  }
  return undefined;
}

const NETWORK = /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/;

function networkCodeOf(error: unknown): string | undefined {
  const links = chain(error);
  for (const link of links) {
    const { code } = fields(link);
    if (typeof code === "string" && NETWORK.test(code)) return code;
  }
  const words = links.map(messageOf).join(" ");
  return /fetch failed|network|socket|terminated|cannot connect/i.test(words) ? "network" : undefined;
}

/** What the provider says in its body is worth more than the library's wrapping of it. */
function detailOf(error: unknown): string {
  for (const link of chain(error)) {
    const { responseBody } = fields(link);
    if (typeof responseBody !== "string" || responseBody.trim() === "") continue;
    const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(responseBody)?.[1];
    return message ?? responseBody;
  }
  const links = chain(error);
  return messageOf(links.at(-1) ?? error);
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(error: unknown, now: number): { readonly retryAfterMs?: number } {
  for (const link of chain(error)) {
    const headers = fields(link).responseHeaders;
    if (typeof headers !== "object" || headers === null) continue;
    const named = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
    const ms = Number(named.get("retry-after-ms"));
    if (Number.isFinite(ms) && ms > 0) return { retryAfterMs: ms };
    const text = named.get("retry-after");
    if (text === undefined) continue;
    const seconds = Number(text);
    const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - now;
    if (Number.isFinite(wait) && wait > 0) return { retryAfterMs: wait };
  }
  return {};
}
