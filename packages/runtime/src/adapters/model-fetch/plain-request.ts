import { sendableHeaders, sendableUrl } from "./sendable.ts";

/** A request that can be sent as it is: whole, at once, with nothing about it that only `fetch` knows how to do. */
export interface PlainRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What is said of a request where its caller says nothing, as `fetch` does; what comes compressed would come in fewer, later pieces. */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ["accept", "*/*"],
  ["accept-encoding", "identity"],
  ["accept-language", "*"],
  ["user-agent", "node"],
];

/** Options that are understood; all others are for `fetch` to heed. */
const PLAIN_OPTIONS: ReadonlySet<string> = new Set(["method", "headers", "body", "signal"]);

/** Headers that say how a connection is used: they are written with the request. */
const OF_CONNECTION: readonly string[] = [
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * What a call of `fetch` asks for, or undefined where that is not plain: what is wrong there is for `fetch` to say. Throws
 * `settings.invalid` for what can be sent by nobody, and does not repeat what may be secret.
 */
export function plainRequestOf(
  input: Parameters<typeof fetch>[0],
  init: RequestInit = {},
): PlainRequest | undefined {
  const url = sendableUrl(input);
  const given = sendableHeaders(init.headers);
  if (hasDispatcher() || !hasPlainOptions(init)) return undefined;
  const { method = "GET", signal, body } = init;
  if (url === undefined || !isPlain(url) || (method !== "GET" && method !== "POST")) return undefined;
  if (signal !== undefined && signal !== null && !(signal instanceof AbortSignal)) return undefined;
  const isSent = body !== undefined && body !== null;
  if (isSent && (method === "GET" || (typeof body !== "string" && !(body instanceof Uint8Array))))
    return undefined;
  const headers = given && plainHeadersOf(given);
  if (headers === undefined) return undefined;
  if (typeof body === "string" && !headers.has("content-type"))
    headers.set("content-type", "text/plain;charset=UTF-8");
  return { url, method, headers, body: isSent ? body : undefined, signal: signal ?? undefined };
}

/** `undici.globalDispatcher.1` is where `fetch` finds what sends its requests: set by Node for proxies, and by programs. */
const DISPATCHER = Symbol.for("undici.globalDispatcher.1");

/** An `Agent` is what is there by itself once `fetch` has been used. */
function hasDispatcher(): boolean {
  const dispatcher = (globalThis as { readonly [DISPATCHER]?: object })[DISPATCHER];
  return dispatcher !== undefined && dispatcher.constructor.name !== "Agent";
}

function hasPlainOptions(init: RequestInit): boolean {
  for (const name in init)
    if (!PLAIN_OPTIONS.has(name) && (init as Readonly<Record<string, unknown>>)[name] !== undefined)
      return false;
  return true;
}

function isPlain({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

function plainHeadersOf(given: Headers): Map<string, string> | undefined {
  const headers = new Map(given);
  for (const name of OF_CONNECTION) if (headers.has(name)) return undefined;
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  return headers;
}
