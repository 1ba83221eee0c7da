import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import { z } from "zod";
import { CALL_KEY } from "../tools/call-key.ts";

/** How long an answer may still be on its way through the parser once its stream has ended. Milliseconds. */
const SETTLE_MS = 250;

const Call = z
  .object({ params: z.object({ _meta: z.object({ [CALL_KEY]: z.string() }) }) })
  .transform(({ params: { _meta: meta } }) => meta[CALL_KEY]);

/**
 * A fetch that tells when the stream on which a call's answer was to come is over, and cannot be taken up again since none
 * of its events had an id. Whether the answer was in it is for whoever waits for it to know.
 */
export function watchedFetch(onOver: (callKey: string) => void): FetchLike {
  return async (url, init) => {
    const callKey = callKeyIn(init?.body);
    const response = await fetch(url, init);
    const { body } = response;
    if (callKey === undefined || body === null || !response.ok || !isEventStream(response)) return response;
    const watched = watchedStream(body, () => {
      const timer = setTimeout(() => onOver(callKey), SETTLE_MS);
      timer.unref();
    });
    const { status, statusText, headers } = response;
    return new Response(watched, { status, statusText, headers });
  };
}

function callKeyIn(body: unknown): string | undefined {
  if (typeof body !== "string" || !body.includes(CALL_KEY)) return undefined;
  const call = Call.safeParse(JSON.parse(body));
  return call.success ? call.data : undefined;
}

function isEventStream({ headers }: Response): boolean {
  return headers.get("content-type")?.toLowerCase().startsWith("text/event-stream") === true;
}

function watchedStream(body: ReadableStream<Uint8Array>, onOver: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const ids = new IdFinder();
  const over = (): void => {
    if (!ids.found) onOver();
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          over();
          controller.close();
          return;
        }
        ids.look(value);
        controller.enqueue(value);
      } catch (error) {
        over();
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** Looks for a field `id` in server-sent events, also where it is cut in two. */
class IdFinder {
  found = false;
  #tail = "\n";

  look(bytes: Uint8Array): void {
    if (this.found) return;
    const text = this.#tail + Buffer.from(bytes).toString("latin1");
    this.found = /[\r\n]id:/.test(text);
    this.#tail = text.slice(-4);
  }
}
