import type { JsonObject } from "../json.ts";
import { ERROR_CODES, type ErrorCode, type ErrorCodeRow } from "./codes.ts";

/** A command that was understood and not carried out. A value, not a throw: being refused is expected. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: JsonObject;
}

/** What every face of Colony throws. `code` is what to branch on; `message` says what was wrong and what to do. */
export class ColonyError extends Error {
  override readonly name = "ColonyError";
  readonly code: ErrorCode;
  readonly details: JsonObject;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: JsonObject } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  /** The row of this error's code in the error table. */
  get row(): ErrorCodeRow {
    return ERROR_CODES[this.code];
  }

  /** The thrown form of a refusal, for faces that throw. */
  static from(refusal: Refusal): ColonyError {
    return new ColonyError(
      refusal.code,
      refusal.message,
      refusal.details === undefined ? {} : { details: refusal.details },
    );
  }
}

/** The words of anything that was thrown, without its stack. Never throws, whatever was. */
export function messageOf(error: unknown): string {
  try {
    if (error instanceof Error) return wordsOf(error);
    if (typeof error === "string") return error;
    return typeof error === "object" && error !== null ? describe(error) : String(error);
  } catch {
    return "something was thrown that cannot be read";
  }
}

/** Both may be anything: they are whatever somebody has set them to. */
function wordsOf(error: { readonly message: unknown; readonly name: unknown }): string {
  const { message, name } = error;
  if (typeof message === "string" && message !== "") return message;
  return message === "" || message === undefined ? messageOf(name) : messageOf(message);
}

/** JSON where it has one: what was thrown may refer to itself, or hold what JSON cannot say. */
function describe(error: object): string {
  try {
    const json: unknown = JSON.stringify(error);
    if (typeof json === "string") return json;
  } catch {
    // Then what it is called is all that is left of it.
  }
  return Object.prototype.toString.call(error);
}
