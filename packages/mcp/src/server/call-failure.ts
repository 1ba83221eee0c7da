import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import { messageOf } from "@colony/core";
import { z } from "zod";

/**
 * What is known of a call that was not answered: it was never taken (`not_made`), the session it was made in is over and it
 * was not taken for that reason (`expired`), the server refused it or answered nonsense (`refused`), or nobody knows.
 */
export type CallOutcome = "not_made" | "expired" | "refused" | "unknown";

/** A call that came back without a result. */
export class CallFailure extends Error {
  readonly outcome: CallOutcome;

  constructor(outcome: CallOutcome, message: string) {
    super(message);
    this.outcome = outcome;
  }

  /** The same in other words. */
  saying(words: string): CallFailure {
    return new CallFailure(this.outcome, words);
  }
}

/** Where these are the reason, nothing has reached a server. */
const NOT_REACHED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** What an error of the client says of the call that it came from. */
export function failureOf(
  error: unknown,
  { isLost, isCancelled }: { readonly isLost: boolean; readonly isCancelled: boolean },
): CallFailure {
  if (isCancelled) return new CallFailure("unknown", "the call was called off before it was answered");
  if (isLost) return new CallFailure("unknown", "the connection was lost before it had answered");
  if (error instanceof McpError)
    return new CallFailure("refused", error.message.replace(/^MCP error (-?\d+): /u, ""));
  if (error instanceof z.core.$ZodError)
    return new CallFailure("refused", "it answered with something that is no result of a tool");
  if (error instanceof StreamableHTTPError) return ofHttp(error);
  const code = codeOf(error);
  if (code !== undefined && NOT_REACHED.has(code))
    return new CallFailure("not_made", `it cannot be reached (${code})`);
  return new CallFailure("unknown", `the connection failed (${code ?? messageOf(error)})`);
}

function ofHttp({ code, message }: StreamableHTTPError): CallFailure {
  const status = code ?? 0;
  const words = `HTTP ${status}: ${message.split("\n", 1)[0]?.slice(0, 500) ?? ""}`;
  // By the specification: a session that the server does not know any more. Whatever was sent in it was not done.
  if (status === 404) return new CallFailure("expired", words);
  if (status >= 400 && status < 500) return new CallFailure("not_made", words);
  return new CallFailure("unknown", words);
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;
}
