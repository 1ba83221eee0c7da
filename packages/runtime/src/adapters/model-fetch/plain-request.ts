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

/** What a call of `fetch` asks for, or undefined where that is not plain. Throws nothing: what is wrong is for `fetch` to say. */
export function plainRequestOf(
  input: Parameters<typeof fetch>[0],
  init: RequestInit = {},
): PlainRequest | undefined {
  if (hasDispatcher() || !hasPlainOptions(init)) return undefined;
  const url = plainUrlOf(input);
  const { method = "GET", signal, body } = init;
  if (url === undefined || (method !== "GET" && method !== "POST")) return undefined;
  if (signal !== undefined && signal !== null && !(signal instanceof AbortSignal)) return undefined;
  const isSent = body !== undefined && body !== null;
  if (isSent && (method === "GET" || (typeof body !== "string" && !(body instanceof Uint8Array))))
    return undefined;
  const headers = plainHeadersOf(init);
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

function plainUrlOf(input: Parameters<typeof fetch>[0]): URL | undefined {
  if (typeof input !== "string" && !(input instanceof URL)) return undefined;
  const url = URL.parse(String(input));
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  return url.username === "" && url.password === "" ? url : undefined;
}

function plainHeadersOf(init: RequestInit): Map<string, string> | undefined {
  let headers: Map<string, string>;
  try {
    headers = new Map(new Headers(init.headers));
  } catch {
    return undefined;
  }
  for (const name of OF_CONNECTION) if (headers.has(name)) return undefined;
  for (const [name, value] of DEFAULTS) if (!headers.has(name)) headers.set(name, value);
  return headers;
}
