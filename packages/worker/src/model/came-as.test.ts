import type { ModelStreamPart } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, test } from "vitest";
import { Stopping } from "../stopping.ts";
import { openChatServer, saying, type Answering } from "../testing/chat-server.ts";
import { askModel, type Asked } from "./ask-model.ts";
import { cameAs } from "./came-as.ts";

/** What comes of asking a server that answers so. */
async function askedOf(answer: Answering): Promise<Asked> {
  await using server = await openChatServer([answer]);
  const stopping = new Stopping();
  const { promise, resolve: onAsked } = Promise.withResolvers<Asked>();
  askModel({
    model: server.model(),
    request: { prompt: [], abortSignal: stopping.signal },
    clock: createManualClock({ now: 0 }),
    timeouts: { firstTokenMs: 10_000, idleMs: 10_000 },
    stopping,
    listener: { onDelta: () => undefined, onAsked },
  });
  return await promise;
}

const page =
  (type: string, body: string): Answering =>
  (response) =>
    void response.writeHead(200, { "content-type": type }).end(body);

test.each([
  ["text/html; charset=utf-8", "<html>\n\nWelcome", "text/html"],
  ["application/json", '{"choices":[{"message":{"content":"Done."}}]}', "application/json"],
])("an answer that comes as %s is named so, and where to look", async (type, body, named) => {
  expect(await askedOf(page(type, body))).toMatchObject({
    outcome: "failed",
    failure: {
      retryable: true,
      error: {
        code: "model.broken_stream",
        message: `local/m-1 gave an answer that cannot be read: Response stream ended without a finish reason. It came as ${named}, not as the stream that was asked for. Check that the address is that of a model server, "/v1" included where it wants that.`,
      },
    },
  });
});

test("a stream that says nothing is not said to have come as something else", async () => {
  const asked = await askedOf(page("text/event-stream", ""));
  expect(asked).toMatchObject({ outcome: "failed" });
  expect(JSON.stringify(asked)).not.toContain("It came as");
});

test("an answer that can be read is taken, whatever it is said to be", async () => {
  const sayingAs: Answering = (response) => {
    const writeHead = response.writeHead.bind(response);
    response.writeHead = (status: number) => writeHead(status, { "content-type": "text/plain" });
    saying("Done.")(response);
  };
  expect(await askedOf(sayingAs)).toMatchObject({ outcome: "answered" });
});

const stream = new ReadableStream<ModelStreamPart>();

test.each<[string, unknown, string | undefined]>([
  ["a page", { headers: { "content-type": "Text/HTML;charset=utf-8" } }, "text/html"],
  ["a stream of events", { headers: { "content-type": "text/event-stream" } }, undefined],
  ["lines of JSON", { headers: { "content-type": "application/json-seq" } }, undefined],
  ["what is no text", { headers: { "content-type": 5 } }, undefined],
  ["nothing that is said", {}, undefined],
  ["no response", undefined, undefined],
])("of %s is known what it came as", (_what, response, as) => {
  expect(cameAs({ stream, response } as Parameters<typeof cameAs>[0])).toBe(as);
});
