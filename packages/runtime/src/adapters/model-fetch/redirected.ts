import type { IncomingMessage } from "node:http";
import { fetchFailed } from "./faults.ts";
import type { PlainRequest } from "./plain-request.ts";
import { withoutCredentials } from "./secrets.ts";

/** As many as `fetch` follows. */
const MOST_REDIRECTS = 20;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What tells of a body that is not sent on. */
const OF_BODY = ["content-encoding", "content-language", "content-location", "content-type"];

/** What is secret between a caller and one server. `fetch` keeps those behind the first three to itself no longer. */
const SECRETS = ["authorization", "cookie", "proxy-authorization", "api-key", "x-api-key", "x-goog-api-key"];

/** Whether an answer sends its caller on to another place. */
export function isRedirect({ statusCode = 0, headers }: IncomingMessage): boolean {
  return REDIRECTS.has(statusCode) && headers.location !== undefined;
}

/**
 * What is asked there. Throws where that is no place to go to, or too many were gone to already.
 * https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export function redirected(
  request: PlainRequest,
  { statusCode = 0, headers: { location = "" } }: IncomingMessage,
  redirects: number,
): PlainRequest {
  if (redirects > MOST_REDIRECTS) throw fetchFailed(new Error("redirect count exceeded"));
  const url = URL.parse(location, request.url.href);
  const isPlain = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === null || !isPlain || url.username !== "" || url.password !== "")
    throw fetchFailed(
      new Error(`an answer leads to "${withoutCredentials(location)}", where it cannot be followed`),
    );
  const headers = new Map(request.headers);
  if (url.origin !== request.url.origin) for (const name of SECRETS) headers.delete(name);
  const isSentAgain = statusCode === 307 || statusCode === 308 || request.method === "GET";
  if (isSentAgain) return { ...request, url, headers };
  for (const name of OF_BODY) headers.delete(name);
  return { ...request, url, headers, method: "GET", body: undefined };
}
