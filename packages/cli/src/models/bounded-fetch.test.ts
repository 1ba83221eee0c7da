import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { afterEach, beforeEach, expect, it } from "vitest";
import { boundedFetch } from "./bounded-fetch.ts";

const MOST = 1_000_000;

/** A server that begins an answer with a status and then goes on and on, in one line, until nobody listens. */
let status = 200;
let gone: Promise<void>;
const server = createServer((_request, response) => {
  const closed = Promise.withResolvers<void>();
  gone = closed.promise;
  response.once("close", closed.resolve);
  response.on("error", () => undefined);
  response.writeHead(status, { "content-type": "text/event-stream" });
  const pour = (): void => {
    while (!response.destroyed)
      if (!response.write("data ".repeat(10_000))) return void response.once("drain", pour);
  };
  pour();
});
beforeEach(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

it("an answer without an end breaks off at the bound, and its connection is closed", async () => {
  status = 200;
  const response = await boundedFetch(MOST)(address());
  await expect(response.text()).rejects.toThrow("the answer is longer than 1000000 bytes");
  await gone;
});

it.each([200, 500])("so a provider's package does not gather it, with status %i", async (answered) => {
  status = answered;
  const model = createOpenAICompatible({ name: "local", baseURL: address(), fetch: boundedFetch(MOST) })("m");
  const read = async (): Promise<void> => {
    const { stream } = await model.doStream({
      prompt: [{ role: "user", content: [{ type: "text", text: "hi" }] }],
    });
    for await (const part of stream) if (part.type === "error") throw part.error;
  };
  await expect(read()).rejects.toThrow(/Failed to process/u);
  await gone;
});

it("an answer within the bound is handed on as it is", async () => {
  const small = createServer((_request, response) =>
    response.writeHead(201, { "x-said": "so" }).end("hello"),
  );
  await new Promise<void>((resolve) => {
    small.listen(0, "127.0.0.1", resolve);
  });
  const response = await boundedFetch(5)(`http://127.0.0.1:${(small.address() as AddressInfo).port}`);
  expect([response.status, response.headers.get("x-said"), await response.text()]).toEqual([
    201,
    "so",
    "hello",
  ]);
  small.closeAllConnections();
  small.close();
});
