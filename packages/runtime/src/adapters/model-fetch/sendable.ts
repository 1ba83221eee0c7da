import { ColonyError, shownValue } from "@colony/core";
import { withoutCredentials } from "./secrets.ts";

/**
 * The address of a request; undefined where that is a `Request`, which has been looked at already. Throws `settings.invalid` for one
 * that nobody can ask, with what to mend and without what may be secret: `fetch` would repeat all of it. So does what comes below.
 */
export function sendableUrl(input: Parameters<typeof fetch>[0]): URL | undefined {
  if (typeof input !== "string" && !(input instanceof URL)) return undefined;
  const url = URL.parse(String(input));
  if (url === null)
    throw unsendable(
      `the address ${shown(input)} is none; give a whole one, as in http://localhost:11434/v1`,
    );
  if (url.username !== "" || url.password !== "")
    throw unsendable(
      `the address ${shown(input)} holds a name or password, and is not asked with them; give it without, and the key as the provider's "apiKey"`,
    );
  return url;
}

/** The headers of a request; undefined where what is given is of no kind that can be looked at. */
export function sendableHeaders(given: RequestInit["headers"]): Headers | undefined {
  const headers = headersOf(given);
  const name = headers === undefined && given !== undefined ? unfitHeader(given) : undefined;
  if (name === undefined) return headers;
  throw unsendable(
    `the header ${shownValue(name)} cannot be sent: its name or value holds a line break or another character that no header may have; set it, or the key in it, anew`,
  );
}

/** Undefined where they are none. */
function headersOf(given: RequestInit["headers"]): Headers | undefined {
  try {
    return new Headers(given);
  } catch {
    // What it says repeats their values.
    return undefined;
  }
}

/** The name of the first header that is wrong by itself. */
function unfitHeader(headers: NonNullable<RequestInit["headers"]>): string | undefined {
  const pairs: readonly unknown[] =
    Symbol.iterator in headers ? Array.from(headers) : Object.entries(headers);
  for (const pair of pairs) {
    if (!Array.isArray(pair)) continue;
    const [name, value] = pair as readonly unknown[];
    if (headersOf([[String(name), String(value)]]) === undefined) return String(name);
  }
  return undefined;
}

function shown(address: string | URL): string {
  return shownValue(withoutCredentials(String(address)));
}

function unsendable(words: string): ColonyError {
  return new ColonyError("settings.invalid", words);
}
