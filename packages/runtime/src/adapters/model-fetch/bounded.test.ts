import { createGzip, gzipSync } from "node:zlib";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { describe, expect, it } from "vitest";
import { AnsweringServer, type Answering } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const MOST = 1_000_000;

/** Begins an answer with a status and then goes on and on, in one line, until nobody listens. */
const endless =
  (status: number): Answering =>
  (response) => {
    response.writeHead(status, { "content-type": "text/event-stream" });
    const pour = (): void => {
      while (!response.destroyed)
        if (!response.write("data ".repeat(10_000))) return void response.once("drain", pour);
    };
    pour();
  };

/** Asked by itself, and handed over to the global fetch. */
const WAYS = [
  ["sent by itself", {}],
  ["handed over", { cache: "no-store" }],
] as const;

describe.each(WAYS)("an answer to a request that is %s", (_way, given) => {
  it("and has no end breaks off at the bound, and its connection is closed", async () => {
    await using server = await AnsweringServer.open(endless(200));
    const response = await modelFetch({ mostBytes: MOST })(server.url, given);
    await expect(response.text()).rejects.toThrow("the answer is longer than 1000000 bytes");
    await server.left();
  });

  it("and is as long as the bound is handed on as it is", async () => {
    await using server = await AnsweringServer.open((response) => {
      response.writeHead(201, { "x-said": "so" }).end("hello");
    });
    const response = await modelFetch({ mostBytes: 5 })(server.url, given);
    expect([response.status, response.headers.get("x-said"), await response.text()]).toEqual([
      201,
      "so",
      "hello",
    ]);
  });

  it("and is small until it is decoded is bounded then", async () => {
    await using server = await AnsweringServer.open((response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(20 * MOST)));
    });
    const response = await modelFetch({ mostBytes: MOST })(server.url, given);
    await expect(response.text()).rejects.toThrow("the answer is longer than 1000000 bytes");
  });
});

/** Zeros without an end, compressed a thousand times. */
const compressed: Answering = (response) => {
  response.writeHead(200, { "content-encoding": "gzip" });
  const zeros = createGzip();
  zeros.on("error", () => undefined).pipe(response);
  const pour = (): void => {
    while (!response.destroyed) if (!zeros.write(Buffer.alloc(MOST))) return void zeros.once("drain", pour);
  };
  response.once("close", () => zeros.destroy());
  pour();
};

it.each<readonly [string, (response: Response) => Promise<unknown>]>([
  ["breaks off at the bound", async (response) => await response.text().catch(() => undefined)],
  ["is cancelled", async (response) => await response.body?.cancel()],
])("the connection of a compressed answer without an end is closed when it %s", async (...[, ended]) => {
  await using server = await AnsweringServer.open(compressed);
  await ended(await modelFetch({ mostBytes: 20 * MOST })(server.url));
  await server.left();
  expect(server.open).toBe(0);
});

it("an answer that is long only between two of its decodings breaks off at the bound", async () => {
  let bytes = gzipSync("");
  for (const copies of [5_000, 200, 200])
    bytes = gzipSync(Buffer.concat(Array.from({ length: copies }, () => bytes)), { level: 9 });
  await using server = await AnsweringServer.open((response) => {
    response.writeHead(200, { "content-encoding": "gzip, gzip, gzip, gzip" }).write(bytes);
  });
  const response = await modelFetch({ mostBytes: MOST })(server.url);
  await expect(response.text()).rejects.toMatchObject({
    message: "terminated",
    cause: { message: "the answer is longer than 1000000 bytes" },
  });
  await server.left();
});

it.each([600, 999])("the status %i is named as one that there is not", async (status) => {
  await using server = await AnsweringServer.open((response) => {
    response.socket?.end(`HTTP/1.1 ${status} Odd\r\ncontent-length: 0\r\n\r\n`);
  });
  await expect(modelFetch()(server.url)).rejects.toMatchObject({
    message: "fetch failed",
    cause: { message: `the server answered with the status ${status}, which there is not` },
  });
});

it.each([200, 500])(
  "a provider's package does not gather what has no end, with status %i",
  async (status) => {
    await using server = await AnsweringServer.open(endless(status));
    const given = { name: "local", baseURL: server.url, fetch: modelFetch({ mostBytes: MOST }) };
    const read = async (): Promise<void> => {
      const { stream } = await createOpenAICompatible(given)("m").doStream({
        prompt: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
      });
      for await (const part of stream) if (part.type === "error") throw part.error;
    };
    await expect(read()).rejects.toThrow(/Failed to process/u);
    await server.left();
  },
);
