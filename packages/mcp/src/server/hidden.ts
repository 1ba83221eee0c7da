import { isStdio, type McpServerOptions } from "./server-options.ts";

/** Shorter ones are words that stand everywhere. */
const SHORTEST = 4;

/** A text of a server's without what was given to it in confidence: the values of its environment and headers, and secrets. */
export function hidden(text: string, options: McpServerOptions): string {
  const given = isStdio(options) ? options.env : options.headers;
  const secrets = [...Object.values(given ?? {}), ...(options.secrets ?? [])].flatMap((secret) => [
    secret,
    // "Bearer abc" is as secret without its first word.
    ...secret.split(/\s+/u),
  ]);
  return secrets
    .filter((secret) => secret.length >= SHORTEST)
    .toSorted((one, other) => other.length - one.length)
    .reduce((shown, secret) => shown.replaceAll(secret, "[hidden]"), text);
}

/** An address without what may be secret in it: user, password, query. */
export function shownAddress(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "its address" : `${parsed.origin}${parsed.pathname}`;
}
