import { isDeeperThan, MAX_JSON_DEPTH } from "@colony/core";
import type { PlainRequest } from "./plain-request.ts";
import { secretsOf, withoutSecrets } from "./secrets.ts";

/** Whether the answer to a request is to be a stream of events. Within its texts quotes are escaped. */
export function wantsEvents({ body }: PlainRequest): boolean {
  return typeof body === "string" && /"stream"\s*:\s*true/.test(body);
}

/**
 * Some servers say with a status of success, and not as a stream, what is wrong. Providers' packages hear it where it comes as the
 * event that it would have been, with all that any of them wants of one. Undefined where it is no error.
 */
export function errorEventOf(text: string, request: PlainRequest): string | undefined {
  const said = parsed(text);
  if (typeof said !== "object" || said === null || !("error" in said)) return undefined;
  const error: unknown = typeof said.error === "string" ? { message: said.error } : said.error;
  if (typeof error !== "object" || error === null || isDeeperThan(MAX_JSON_DEPTH, error)) return undefined;
  const event = { type: "error", sequence_number: 0, error: { type: "error", ...error } };
  return `data: ${withoutSecrets(JSON.stringify(event), secretsOf(request))}\n\n`;
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whoever reads it says what it is.
    return undefined;
  }
}
