import { loadedPart, requireOptions, type OptionTable } from "@colony/core";
import { z } from "zod";
import type { fetchAnswer as FetchAnswer } from "./fetch-answer.ts";

/** How model servers are asked, and how much of their answers is read. */
export interface ModelFetchOptions {
  /** Most bytes of one answer, after decoding; default 64,000,000. One that is longer breaks off with an error. */
  readonly mostBytes?: number;
  /** How long it may take until a connection is there; default 10,000, as with the global `fetch`. */
  readonly connectMs?: number;
}

/** The longest answers of models are some megabytes, their wrapping included. */
const MOST_BYTES = 64_000_000;

const CONNECT_MS = 10_000;
/** Timers cannot be set to more. */
const MOST_MS = 2_147_483_647;

const OPTIONS: OptionTable = {
  mostBytes: { fits: z.number().int().min(1), give: "a whole number of bytes from 1" },
  connectMs: {
    fits: z.number().min(1).max(MOST_MS),
    give: "a number of milliseconds from 1 to 2,147,483,647",
  },
};

/**
 * A `fetch` for providers' packages (`createOpenAI({ fetch: modelFetch() })`), made for model calls: once it is
 * connected it has no time limit, since a colony's `timeouts` decide how long a model may keep silent; an answer has a bound; pieces that have arrived
 * together are handed on together; and it costs less than the global one. Idle connections are kept for 4 s, or as much less
 * as the server asks for. Nothing is sent twice: where a server closes an idle connection just as it is used again, that is a
 * network error like any other, and asking again is up to the caller.
 *
 * A stream of events ends with the event that says that the answer is complete, however its connection ends; an error that comes
 * whole where such a stream was asked for is handed on as its event; and what errors repeat of the request's secrets is left out.
 *
 * A text or bytes by GET or POST over http and https is sent by itself, redirects included. Everything else (`Request` objects,
 * other methods and options, bodies that are streams or forms, proxies of the environment, dispatchers of one's own) goes to the
 * global `fetch` as it is, with the same bound. An answer's body has to be read to its end or cancelled; until then it holds its
 * connection. Throws `settings.invalid`, and so do its calls with an address or a header that nobody can send.
 */
export function modelFetch(options: ModelFetchOptions = {}): typeof fetch {
  const whole = "the options of modelFetch are no object; give { mostBytes, connectMs }, or nothing";
  requireOptions(options, OPTIONS, { code: "settings.invalid", whole, of: "modelFetch" });
  const { mostBytes = MOST_BYTES, connectMs = CONNECT_MS } = options;
  const limits = { mostBytes, connectMs };
  let fetchAnswer: typeof FetchAnswer | undefined;
  return async (input, init) => {
    fetchAnswer ??= (await loadedPart(import("./fetch-answer.ts"))).fetchAnswer;
    return await fetchAnswer(input, init, limits);
  };
}
