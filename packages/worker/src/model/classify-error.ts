import { messageOf, type ErrorCode, type Failure } from "@colony/core";
import { AnswerTooLong } from "./read-answer.ts";

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
  readonly status?: unknown;
  readonly responseHeaders?: unknown;
  readonly responseBody?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly code?: unknown;
  readonly lastError?: unknown;
}

/**
 * Decides by what the provider said: 408, 409, 429, 5xx and network faults may pass; other refusals will not, however
 * often they are repeated.
 */
export function classifyError(error: unknown, call: FailedCall): ModelFailure {
  try {
    return classified(error, call);
  } catch {
    // What was thrown throws itself when it is looked at.
    return unreadable(messageOf(error), call);
  }
}

/** Whose call has failed, and how far it had come. */
export interface FailedCall {
  readonly model: string;
  readonly now: number;
  /** Whether it had begun to answer. */
  readonly hasSpoken: boolean;
  /** What its answer came as, where that is no stream: `text/html`. */
  readonly cameAs?: string | undefined;
}

function unreadable(said: string, { model, hasSpoken, cameAs }: FailedCall): ModelFailure {
  const message = hasSpoken
    ? sentence(`${model} gave an answer that cannot be read to its end: ${said}`)
    : `${sentence(`${model} gave an answer that cannot be read: ${said}`)} ${asCame(cameAs)}${CHECK_ADDRESS}`;
  return failure("model.broken_stream", message, true);
}

const CHECK_ADDRESS = 'Check that the address is that of a model server, "/v1" included where it wants that.';

function asCame(cameAs: string | undefined): string {
  return cameAs === undefined ? "" : `It came as ${cameAs}, not as the stream that was asked for. `;
}

/** The failure of a stream that has ended before its answer was complete. One that is a web page has not broken off by chance. */
export function brokenOff({ model, hasSpoken, cameAs }: FailedCall): ModelFailure {
  const message = `${model} broke off before its answer was complete`;
  const isNone = !hasSpoken && cameAs !== undefined;
  const words = isNone ? `${message}. ${asCame(cameAs)}${CHECK_ADDRESS}` : message;
  return failure("model.broken_stream", words, true);
}

function classified(error: unknown, call: FailedCall): ModelFailure {
  const { model, now } = call;
  if (error instanceof AnswerTooLong)
    return failure("model.broken_stream", `${model} ${error.message}; it was cut off there.`, false);
  const links = chain(error);
  const status = statusOf(links);
  const said = clip(withoutSecrets(detailOf(links)));
  // A stream that breaks off in the middle has a status too: that of its beginning.
  if (status === undefined || status < 400) {
    const network = networkCodeOf(links);
    if (network === undefined) return unreadable(said, call);
    return status === undefined
      ? failure(
          "model.unreachable",
          `${model} cannot be reached (${said.includes(network) ? said : `${network}: ${said}`}). Check that its server runs and that the address is right.`,
          true,
        )
      : failure(
          "model.broken_stream",
          `${model} broke off in the middle of its answer (${network}): ${said}`,
          true,
        );
  }
  const answer = said === "" ? `${model} answered ${status}` : `${model} answered ${status}: ${said}`;
  if (status === 401 || status === 403)
    return failure(
      "model.auth",
      `${answer.replace(/\.$/, "")}. Check the key that is set for this provider.`,
      false,
    );
  const passing = passingCode(status);
  if (passing === undefined)
    return failure("model.rejected", `${sentence(answer)} ${adviceFor(status, said)}`, false);
  return {
    ...failure(passing, `${sentence(answer)} It may pass: try again later, or use another model.`, true),
    ...retryAfter(links, now),
  };
}

/** What helps against a refusal that will not pass by itself. */
const ADVICE: Readonly<Record<number, string>> = {
  402: "See to the account at the provider.",
  404: "Check the model's name and the address.",
  413: "Give it less at once.",
};

/** Providers say in words of their own, and with different statuses, that a conversation is too long for the model. */
const TOO_LONG =
  /context.{0,20}(?:length|window|size|limit)|(?:prompt|input|request).{0,20} too (?:long|large)|too many (?:input )?tokens/i;

function adviceFor(status: number, said: string): string {
  if (TOO_LONG.test(said)) return "Give it less at once, or use a model with a longer context.";
  return ADVICE[status] ?? "Change the request or the model.";
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** What a status means that may be gone at the next try; undefined for those that will not. */
function passingCode(status: number): ErrorCode | undefined {
  if (status === 408) return "model.timeout";
  if (status === 429) return "model.rate_limited";
  return status === 409 || status >= 500 ? "model.overloaded" : undefined;
}

function failure(code: ErrorCode, message: string, retryable: boolean): ModelFailure {
  return { error: { code, message }, retryable };
}

function fields(error: unknown): ProviderError {
  return typeof error === "object" && error !== null ? error : {};
}

/** The error and what caused it, at most five deep. */
function chain(error: unknown): readonly unknown[] {
  const links: unknown[] = [];
  for (
    let link: unknown = error;
    link !== null && link !== undefined && links.length < 5;
    link = fields(link).lastError ?? fields(link).cause
  )
    links.push(link);
  return links;
}

/** An error that comes in the middle of a stream has its status in its body only. */
function statusOf(links: readonly unknown[]): number | undefined {
  for (const link of links) {
    const { statusCode, status, code } = fields(link);
    for (const number of [statusCode, status, code])
      if (typeof number === "number" && number >= 100 && number < 600) return number;
  }
  return undefined;
}

const NETWORK = /^(?:E[A-Z]+|UND_ERR_[A-Z_]+)$/;

function networkCodeOf(links: readonly unknown[]): string | undefined {
  for (const link of links) {
    const { code } = fields(link);
    if (typeof code === "string" && NETWORK.test(code)) return code;
  }
  const words = links.map((link) => messageOf(link).slice(0, LOOKED_AT_CHARACTERS)).join(" ");
  return /fetch failed|\bnetwork\b|\bsocket\b|\bterminated\b|cannot connect/i.test(words)
    ? "network"
    : undefined;
}

/** What a provider has to say stands at the beginning of its body, however long that is. */
const LOOKED_AT_CHARACTERS = 20_000;

/** What the provider says in its body is worth more than the library's wrapping of it. */
function detailOf(links: readonly unknown[]): string {
  for (const link of links) {
    const { responseBody } = fields(link);
    if (typeof responseBody !== "string" || responseBody.trim() === "") continue;
    const body = responseBody.slice(0, LOOKED_AT_CHARACTERS);
    return messageIn(body) ?? body;
  }
  const last = links.at(-1);
  const { message } = fields(last);
  const words = typeof message === "string" && message !== "" ? message : messageOf(last);
  return words.slice(0, LOOKED_AT_CHARACTERS);
}

/** The first member named `message` in a body, wherever it stands. */
function messageIn(body: string): string | undefined {
  const found = /"message"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(body)?.[1];
  if (found === undefined) return undefined;
  try {
    return String(JSON.parse(found));
  } catch {
    return found.slice(1, -1);
  }
}

/** Some providers repeat the key that they refuse, and some take it in the address. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(/\b(Bearer|Basic)\s+[^\s"',;]+/gi, "$1 …")
    .replaceAll(/\b(?:sk|pk|rk|xai|gsk|key)[-_][A-Za-z0-9_*-]{6,}/g, "…")
    .replaceAll(/\b((?:api|access|secret)[-_ ]?(?:key|token)["']?\s*[=:]\s*["']?)[^\s"',;&]+/gi, "$1…")
    .replaceAll(/([?&](?:key|token)=)[^\s"'&]+/gi, "$1…");
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 300 ? line : `${line.slice(0, 299).toWellFormed()}…`;
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(links: readonly unknown[], now: number): { readonly retryAfterMs?: number } {
  for (const link of links) {
    const headers = fields(link).responseHeaders;
    if (typeof headers !== "object" || headers === null) continue;
    const named = new Map(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
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
