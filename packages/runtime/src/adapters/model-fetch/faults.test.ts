import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { openColony } from "../../open-colony.ts";
import { AnsweringServer, type Answering } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const SSE = { "content-type": "text/event-stream" };
const piece = (content: string): string =>
  `data: ${JSON.stringify({ id: "x", created: 1, model: "m", choices: [{ index: 0, delta: { content } }] })}\n\n`;

const refusing =
  (status: number, headers: Record<string, string> = {}): Answering =>
  (response) =>
    void response.writeHead(status, headers).end('{"error":{"message":"nope","type":"error"}}');

/** Says something, and once that has gone, does something else. */
const beginning =
  (then: Answering): Answering =>
  (response, request) => {
    response.writeHead(200, SSE);
    response.write(piece("Half an answer"), () => setImmediate(then, response, request));
  };

const TROUBLES: readonly (readonly [string, Answering])[] = [
  ...[400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529].map(
    (status) => [`${status}`, refusing(status)] as const,
  ),
  ["429 that says when", refusing(429, { "retry-after": "7" })],
  ["a page", (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>")],
  ["nothing at all", (response) => void response.writeHead(204).end()],
  ["a connection that is closed at once", (response) => void response.destroy()],
  ["a connection that is reset at once", (response) => void response.socket?.resetAndDestroy()],
  ["a connection that is closed in the middle", beginning((response) => void response.destroy())],
  [
    "a connection that is reset in the middle",
    beginning((response) => void response.socket?.resetAndDestroy()),
  ],
  ["an answer that stops short", beginning((response) => void response.end())],
  ["a piece that is not JSON", beginning((response) => void response.end("data: {broken\n\n"))],
  [
    "an error in the middle",
    beginning(
      (response) => void response.end('data: {"error":{"message":"engine overloaded","code":503}}\n\n'),
    ),
  ],
  ["what is no HTTP", (response) => void response.socket?.end("SSH-2.0-x\r\n\r\n")],
  ["a chunk that is none", beginning((response) => void response.socket?.end("zz\r\n"))],
  [
    "a list of places that leads to itself",
    (response) => void response.writeHead(307, { location: "/v1/chat/completions" }).end(),
  ],
];

/** What a worker's record says of its model's first answer. */
async function recorded(answer: Answering, given: { readonly fetch?: typeof fetch }): Promise<unknown> {
  await using server = await AnsweringServer.open(answer);
  const baseURL = `${server.url}/v1`;
  const model = createOpenAICompatible({ name: "local", baseURL, apiKey: "k", ...given }).chatModel("m");
  await using colony = await openColony({
    dir: "memory",
    overseer: { model },
    workers: { reader: defineWorker({ model }) },
    limits: { shutdownGraceMs: 0 },
  });
  await colony.spawn("reader", { task: "Read." });
  for await (const { type, data } of colony.feed())
    if (type === "MODEL_CALL_FAILED" || type === "MODEL_CALL_COMPLETED")
      return JSON.parse(JSON.stringify({ type, data }).replaceAll(server.url, "URL"));
  return undefined;
}

/** How the failure is told: its words, but for those of whoever read the socket. */
const judged = (told: unknown): unknown => {
  const { type, data } = told as { type: string; data: Record<string, unknown> };
  const { error, retryable, retryAfterMs, supersededText } = data as {
    error?: { code: string };
  } & typeof data;
  return { type, code: error?.code, retryable, retryAfterMs, supersededText };
};

describe("a model's trouble ends in the same record as through the global fetch:", () => {
  it.each(TROUBLES)("%s", async (...[, answer]) => {
    const ours = judged(await recorded(answer, { fetch: modelFetch() }));
    expect(ours).toMatchObject({ type: "MODEL_CALL_FAILED" });
    expect(ours).toEqual(judged(await recorded(answer, {})));
  });

  it("an answer without an end", async () => {
    const flooding: Answering = (response) => {
      response.writeHead(200, SSE);
      const pour = (): void => {
        while (!response.destroyed)
          if (!response.write("data ".repeat(10_000))) return void response.once("drain", pour);
      };
      pour();
    };
    expect(await recorded(flooding, { fetch: modelFetch({ mostBytes: 1_000_000 }) })).toMatchObject({
      type: "MODEL_CALL_FAILED",
      data: { error: { code: "model.broken_stream" }, retryable: true },
    });
  });
});
