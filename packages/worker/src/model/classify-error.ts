import { ColonyError, messageOf, type ErrorCode, type Failure } from "@colony/core";
import {
  chain,
  detailOf,
  fields,
  isSaid,
  kindOf,
  networkCodeOf,
  retryAfter,
  statusOf,
  unsendableOf,
} from "./provider-error.ts";
import { AnswerTooLong } from "./read-answer.ts";
import { clip, withoutSecrets } from "./without-secrets.ts";

/** What a failed model call means for the next one. */
export interface ModelFailure {
  readonly error: Failure;
  readonly retryable: boolean;
  /** How long the provider asked to wait. */
  readonly retryAfterMs?: number;
}

/**
 * Decides by what the provider said: 408, 409, 429, 5xx and network faults may pass; other refusals will not, however
 * often they are repeated. A model that throws an error of Colony's has said itself what it is.
 */
export function classifyError(error: unknown, call: FailedCall): ModelFailure {
  try {
    return classified(error, call);
  } catch {
    // What was thrown throws itself when it is looked at.
    return unreadable(messageOf(error), call, []);
  }
}

/** Whose call has failed, and how far it had come. */
export interface FailedCall {
  readonly model: string;
  readonly now: number;
  /** Whether it had begun to answer. */
  readonly hasSpoken: boolean;
  /** What its answer came as, where that is no stream: `text/html`. */
  readonly cameAs?: string | undefined;
}

function unreadable(said: string, call: FailedCall, links: readonly unknown[]): ModelFailure {
  const { model, hasSpoken, cameAs } = call;
  const howFar = hasSpoken ? "read to its end" : "read";
  const message = sentence(`${model} gave an answer that cannot be ${howFar}: ${said}`);
  const advice = !hasSpoken && cameOverHttp(links, call) ? ` ${asCame(cameAs)}${CHECK_ADDRESS}` : "";
  return failure("model.broken_stream", message + advice, true);
}

/** A model that is asked otherwise has no address: one of a test, or one that runs in this process. */
function cameOverHttp(links: readonly unknown[], { cameAs }: FailedCall): boolean {
  return cameAs !== undefined || statusOf(links) !== undefined || links.some(isOfProvidersPackage);
}

/** The packages that ask over HTTP throw errors of one family. https://ai-sdk.dev/docs/reference/ai-sdk-errors */
function isOfProvidersPackage(link: unknown): boolean {
  const { name } = fields(link);
  return typeof name === "string" && name.startsWith("AI_");
}

const CHECK_ADDRESS = 'Check that the address is that of a model server, "/v1" included where it wants that.';

function asCame(cameAs: string | undefined): string {
  return cameAs === undefined ? "" : `It came as ${cameAs}, not as the stream that was asked for. `;
}

/** The failure of a stream that has ended before its answer was complete. One that is a web page has not broken off by chance. */
export function brokenOff({ model, hasSpoken, cameAs }: FailedCall): ModelFailure {
  const message = `${model} broke off before its answer was complete`;
  const isNone = !hasSpoken && cameAs !== undefined;
  const words = isNone ? `${message}. ${asCame(cameAs)}${CHECK_ADDRESS}` : message;
  return failure("model.broken_stream", words, true);
}

function classified(error: unknown, call: FailedCall): ModelFailure {
  const { model, now } = call;
  if (error instanceof AnswerTooLong)
    return failure("model.broken_stream", `${model} ${error.message}; it was cut off there.`, false);
  if (error instanceof ColonyError)
    return failure(
      error.code,
      sentence(`${model} did not answer: ${clip(withoutSecrets(error.message))}`),
      error.row.remedy === "retry",
    );
  const links = chain(error);
  const unsendable = unsendableOf(links);
  if (unsendable !== undefined)
    return failure("settings.invalid", `${model} was not asked: ${UNSENDABLE_WORDS[unsendable]}`, false);
  const told = statusOf(links);
  const said = clip(withoutSecrets(detailOf(links)));
  // A stream that breaks off in the middle has a status too: that of its beginning.
  const kind = told === undefined || told < 400 ? kindOf(links) : undefined;
  const status = kind?.status ?? told;
  if (status === undefined || status < 400) return unanswered({ said, status }, call, links);
  const as = kind?.word ?? status;
  const answer = said === "" ? `${model} answered ${as}` : `${model} answered ${as}: ${said}`;
  if (status === 401 || status === 403)
    return failure(
      "model.auth",
      `${answer.replace(/\.$/, "")}. Check the key that is set for this provider.`,
      false,
    );
  const passing = passingCode(status);
  if (passing === undefined)
    return failure("model.rejected", `${sentence(answer)} ${adviceFor(status, said)}`, false);
  return {
    ...failure(passing, `${sentence(answer)} ${MAY_PASS}`, true),
    ...retryAfter(links, now),
  };
}

/** What helps against a fault that others may not have, or not for ever. */
export const MAY_PASS = "It may pass: try again later, or use another model.";

/** Without what is given: there may be a secret in it. */
const UNSENDABLE_WORDS = {
  address:
    "its address is none that can be asked. Set it anew, as in http://localhost:11434/v1, without a name or password.",
  header:
    "a header for it, such as the key, holds a line break or another character that cannot be sent. Set the key anew.",
} as const;

/** The failure of a call that no status says anything of. */
function unanswered(
  { said, status }: { readonly said: string; readonly status: number | undefined },
  call: FailedCall,
  links: readonly unknown[],
): ModelFailure {
  const { model, hasSpoken } = call;
  if (isSaid(links)) {
    const what = hasSpoken ? "broke off its answer with an error" : "answered with an error";
    return failure("model.broken_stream", `${sentence(`${model} ${what}: ${said}`)} ${MAY_PASS}`, true);
  }
  const network = networkCodeOf(links);
  if (network === undefined) return unreadable(said, call, links);
  return status === undefined
    ? failure(
        "model.unreachable",
        `${model} cannot be reached (${said.includes(network) ? said : `${network}: ${said}`}). Check that its server runs and that the address is right.`,
        true,
      )
    : failure(
        "model.broken_stream",
        `${model} broke off in the middle of its answer (${network}): ${said}`,
        true,
      );
}

/** What helps against a refusal that will not pass by itself. */
const ADVICE: Readonly<Record<number, string>> = {
  402: "See to the account at the provider.",
  404: "Check the model's name and the address.",
  413: "Give it less at once.",
};

/** Providers say in words of their own, and with different statuses, that a conversation is too long for the model. */
const TOO_LONG =
  /context.{0,20}(?:length|window|size|limit)|(?:prompt|input|request).{0,20} too (?:long|large)|too many (?:input )?tokens/i;

function adviceFor(status: number, said: string): string {
  if (TOO_LONG.test(said)) return "Give it less at once, or use a model with a longer context.";
  return ADVICE[status] ?? "Change the request or the model.";
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** What a status means that may be gone at the next try; undefined for those that will not. */
function passingCode(status: number): ErrorCode | undefined {
  if (status === 408) return "model.timeout";
  if (status === 429) return "model.rate_limited";
  return status === 409 || status >= 500 ? "model.overloaded" : undefined;
}

function failure(code: ErrorCode, message: string, retryable: boolean): ModelFailure {
  return { error: { code, message }, retryable };
}
