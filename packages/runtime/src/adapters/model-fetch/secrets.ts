import type { PlainRequest } from "./plain-request.ts";

/** Names of headers and of an address's parameters whose values are secret between a caller and one server. */
const SECRET = /key|token|secret|auth|password|cookie|credential/i;

/** Shorter ones are words that stand for a key where none is needed, such as `ollama`, and may mean something else. */
const LEAST_CHARACTERS = 8;

/** What of a request nobody but its server may be told, longest first. */
export function secretsOf({ headers, url }: Pick<PlainRequest, "headers" | "url">): readonly string[] {
  const secrets = new Set<string>();
  for (const [name, value] of [...headers, ...url.searchParams])
    if (SECRET.test(name)) for (const part of [value, ...value.split(/[\s,;]+/)]) secrets.add(part);
  return [...secrets]
    .filter(({ length }) => length >= LEAST_CHARACTERS)
    .toSorted((one, other) => other.length - one.length);
}

/** A text that repeats none of them. */
export function withoutSecrets(text: string, secrets: readonly string[], instead = "…"): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, instead), text);
}

/** An address without the name and the password that stand in it. */
export function withoutCredentials(address: string): string {
  return address.replaceAll(/\/\/[^/?#\s]*@/g, "//…@");
}
