import { AnswerBody } from "./answer-body.ts";
import { boundedAnswer } from "./bounded-answer.ts";
import { decoded } from "./decoded.ts";
import { Exchange } from "./exchange.ts";
import { fetchFailed } from "./faults.ts";
import { plainRequestOf, type PlainRequest } from "./plain-request.ts";
import type { ModelFetchOptions } from "./model-fetch.ts";
import { isRedirect, redirected } from "./redirected.ts";

/** Statuses whose answers have no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** What `fetch` would answer. What is handed over to it is decided before anything is sent. */
export async function fetchAnswer(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  { mostBytes, connectMs }: Required<ModelFetchOptions>,
): Promise<Response> {
  const request = plainRequestOf(input, init);
  if (request === undefined) return boundedAnswer(await fetch(input, init), mostBytes);
  request.signal?.throwIfAborted();
  let at: PlainRequest = request;
  for (let redirects = 0; ; redirects += 1) {
    const exchange = new Exchange(at, connectMs);
    const head = await exchange.answered;
    if (!isRedirect(head)) return answerOf(exchange, head, { mostBytes, url: at.url, redirects });
    exchange.discard();
    at = redirected(at, head, redirects + 1);
  }
}

type Head = Awaited<Exchange["answered"]>;

interface Place {
  readonly mostBytes: number;
  readonly url: URL;
  readonly redirects: number;
}

function answerOf(exchange: Exchange, head: Head, place: Place): Response {
  const { statusCode: status = 0, statusMessage: statusText = "" } = head;
  const init = { status, statusText };
  try {
    if (WITHOUT_BODY.has(status)) {
      const answer = new Response(null, init);
      exchange.end();
      head.resume();
      return described(answer, head, place);
    }
    const body = new AnswerBody(exchange, decoded(head), place.mostBytes);
    return described(new Response(body.stream, init), head, place);
  } catch (error) {
    // A status that there is not.
    exchange.discard();
    throw fetchFailed(error);
  }
}

/** An answer that says what came with it, and where it came from. */
function described(answer: Response, { rawHeaders }: Head, { url, redirects }: Place): Response {
  for (let index = 0; index < rawHeaders.length; index += 2)
    answer.headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  const { href, hash } = url;
  return Object.defineProperties(answer, {
    url: { value: hash === "" ? href : href.slice(0, -hash.length) },
    redirected: { value: redirects > 0 },
  });
}
