import { messageOf } from "@colony/core";
import { mismatchOf } from "./mismatch.ts";

/** The parts of a provider error that say something, whichever package threw it. */
interface ProviderError {
  readonly statusCode?: unknown;
  readonly status?: unknown;
  readonly responseHeaders?: unknown;
  readonly responseBody?: unknown;
  readonly name?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly error?: unknown;
  readonly lastError?: unknown;
}

/** What of a thrown value may say something. */
export function fields(error: unknown): ProviderError {
  return typeof error === "object" && error !== null ? error : {};
}

/** The error and what caused it, or stands in it, at most five deep. */
export function chain(error: unknown): readonly unknown[] {
  const links: unknown[] = [];
  for (
    let link: unknown = error;
    link !== null && link !== undefined && links.length < 5;
    link = fields(link).lastError ?? fields(link).cause ?? fields(link).error
  )
    links.push(link);
  return links;
}

/** The HTTP status. An error that comes in the middle of a stream has it in its body only. */
export function statusOf(links: readonly unknown[]): number | undefined {
  for (const link of links) {
    const { statusCode, status, code } = fields(link);
    for (const number of [statusCode, status, code])
      if (typeof number === "number" && number >= 100 && number < 600) return number;
  }
  return undefined;
}

/** What providers call their errors, and the status that such an error has where it comes by itself. */
const KINDS: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|too_many_requests|throttl/, 429],
  [/quota|billing|payment|credit/, 402],
  [/authentication|unauthorized|api_key/, 401],
  [/permission|forbidden/, 403],
  [/context_length|too_large/, 413],
  [/not_found/, 404],
  [/invalid_request|unsupported/, 400],
  [/overload|unavailable/, 503],
  [/timeout/, 408],
  [/^(?:api|server|internal)(?:_server)?_error$/, 500],
];

/** The word that a provider has for its error, with what it means; undefined where there is none that is known. */
export function kindOf(
  links: readonly unknown[],
): { readonly word: string; readonly status: number } | undefined {
  for (const link of links) {
    const { code, type } = fields(link);
    for (const word of [code, type]) {
      // Codes of the system and of libraries are written large.
      if (typeof word !== "string" || !/^[a-z][a-z_]*$/.test(word)) continue;
      const status = KINDS.find(([pattern]) => pattern.test(word))?.[1];
      if (status !== undefined) return { word, status };
    }
  }
  return undefined;
}

/** Whether it is what a provider has sent as its error, and no error of whoever has read that. */
export function isSaid(links: readonly unknown[]): boolean {
  const last = links.at(-1);
  return !links.some((link) => link instanceof Error) && typeof fields(last).message === "string";
}

/** What `fetch` says of an address, and of headers, that nobody can send. */
const UNSENDABLE = {
  address: /^(?:Failed to parse URL|Invalid URL|Request cannot be constructed from a URL)/,
  header: /^(?:Headers\.\w+: |Cannot convert argument to a ByteString)/,
} as const;

/** What of a request nobody can send, so that nothing was sent; undefined where that is not so. */
export function unsendableOf(links: readonly unknown[]): keyof typeof UNSENDABLE | undefined {
  for (const link of links) {
    if (!(link instanceof TypeError)) continue;
    if (UNSENDABLE.address.test(link.message)) return "address";
    if (UNSENDABLE.header.test(link.message)) return "header";
  }
  return undefined;
}

const NETWORK = /^(?:E[A-Z]+|UND_ERR_[A-Z_]+)$/;

/** What the system calls a fault of the network; undefined where it is none. */
export function networkCodeOf(links: readonly unknown[]): string | undefined {
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
export function detailOf(links: readonly unknown[]): string {
  for (const link of links) {
    const { responseBody } = fields(link);
    if (typeof responseBody !== "string" || responseBody.trim() === "") continue;
    const body = responseBody.slice(0, LOOKED_AT_CHARACTERS);
    return messageIn(body) ?? body;
  }
  const mismatch = mismatchOf(links);
  if (mismatch !== undefined) return mismatch;
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

/** `retry-after-ms`, or `retry-after` in seconds or as a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfter(links: readonly unknown[], now: number): { readonly retryAfterMs?: number } {
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
