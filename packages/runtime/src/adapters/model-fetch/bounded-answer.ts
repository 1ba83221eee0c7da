import { tooLong } from "./faults.ts";

/** An answer of the global `fetch` with a bound: what passes it breaks off with an error, and closes its connection. */
export function boundedAnswer(response: Response, mostBytes: number): Response {
  const { body, status, statusText, headers } = response;
  if (body === null) return response;
  let left = mostBytes;
  const bounded = body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(bytes, controller) {
        left -= bytes.byteLength;
        if (left >= 0) controller.enqueue(bytes);
        else controller.error(tooLong(mostBytes));
      },
    }),
  );
  return new Response(bounded, { status, statusText, headers });
}
