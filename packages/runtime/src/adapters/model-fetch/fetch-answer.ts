import { pipeline, type Readable, type Transform } from "node:stream";
import { AnswerBody } from "./answer-body.ts";
import { boundedAnswer } from "./bounded-answer.ts";
import { decoded } from "./decoded.ts";
import { errorEventOf, wantsEvents } from "./error-event.ts";
import { EventReading } from "./event-reading.ts";
import { Exchange } from "./exchange.ts";
import { fetchFailed } from "./faults.ts";
import { HiddenSecrets } from "./hidden-secrets.ts";
import { plainRequestOf, type PlainRequest } from "./plain-request.ts";
import type { ModelFetchOptions } from "./model-fetch.ts";
import { isRedirect, redirected } from "./redirected.ts";
import { secretsOf } from "./secrets.ts";

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
    if (!isRedirect(head)) return await answerOf(exchange, head, { mostBytes, request: at, redirects });
    exchange.discard();
    at = redirected(at, head, redirects + 1);
  }
}

type Head = Awaited<Exchange["answered"]>;

interface Place {
  readonly mostBytes: number;
  readonly request: PlainRequest;
  readonly redirects: number;
}

async function answerOf(exchange: Exchange, head: Head, place: Place): Promise<Response> {
  const { statusCode: status = 0, statusMessage: statusText = "" } = head;
  const init = { status, statusText };
  if (status < 200 || status > 599) {
    exchange.discard();
    throw fetchFailed(new Error(`the server answered with the status ${status}, which there is not`));
  }
  if (WITHOUT_BODY.has(status)) {
    exchange.end();
    head.resume();
    return described(new Response(null, init), head, place);
  }
  const stream = bodyOf(exchange, head, place);
  const type = head.headers["content-type"] ?? "";
  if (status === 200 && JSON_TYPE.test(type) && wantsEvents(place.request)) {
    const text = await new Response(stream).text();
    // As bytes: a text would say by itself of which type it is.
    const told = Buffer.from(errorEventOf(text, place.request) ?? text);
    return described(new Response(told, init), head, place);
  }
  return described(new Response(stream, init), head, place);
}

const JSON_TYPE = /^application\/json(?=\s*(?:;|$))/i;
const EVENTS_TYPE = /^text\/event-stream(?=\s*(?:;|$))/i;

/** What is said by a refusal may repeat what was secret in the request. */
function bodyOf(exchange: Exchange, head: Head, { mostBytes, request }: Place): AnswerBody["stream"] {
  const { statusCode: status = 0, headers } = head;
  const events = EVENTS_TYPE.test(headers["content-type"] ?? "") ? new EventReading(request) : undefined;
  const secrets = status >= 400 ? secretsOf(request) : [];
  try {
    const bytes = decoded(head, mostBytes);
    const told = secrets.length === 0 ? bytes : piped(bytes, new HiddenSecrets(secrets));
    return new AnswerBody(exchange, told, { mostBytes, events }).stream;
  } catch (error) {
    exchange.discard();
    throw fetchFailed(error);
  }
}

/** Who reads the second one is told what is wrong with either. */
function piped(from: Readable, to: Transform): Transform {
  pipeline([from, to], () => undefined);
  return to;
}

/** An answer that says what came with it, and where it came from. */
function described(answer: Response, { rawHeaders }: Head, { request: { url }, redirects }: Place): Response {
  for (let index = 0; index < rawHeaders.length; index += 2)
    answer.headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  const { href, hash } = url;
  return Object.defineProperties(answer, {
    url: { value: hash === "" ? href : href.slice(0, -hash.length) },
    redirected: { value: redirects > 0 },
  });
}
