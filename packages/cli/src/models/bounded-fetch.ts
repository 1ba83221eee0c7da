/** Most bytes of one answer that are read. The longest answers of models are some megabytes, their wrapping included. */
const MOST_BYTES = 64_000_000;

/**
 * `fetch` for providers' packages, which gather a line, or the words of a refusal, for as long as bytes come. An answer
 * that passes the bound breaks off with an error, and its connection is closed.
 */
export function boundedFetch(mostBytes = MOST_BYTES): typeof fetch {
  return async (...request) => {
    const response = await fetch(...request);
    const { body, status, statusText, headers } = response;
    if (body === null) return response;
    let left = mostBytes;
    const bounded = body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          left -= bytes.byteLength;
          if (left >= 0) controller.enqueue(bytes);
          else controller.error(new Error(`the answer is longer than ${mostBytes} bytes`));
        },
      }),
    );
    return new Response(bounded, { status, statusText, headers });
  };
}
