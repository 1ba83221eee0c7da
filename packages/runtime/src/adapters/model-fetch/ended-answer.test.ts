import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { AnsweringServer, type Answering } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const SSE = { "content-type": "text/event-stream; charset=utf-8" };
const ours = modelFetch();

/** The whole of an answer, as its reader has it. */
async function told(answer: Answering): Promise<string> {
  await using server = await AnsweringServer.open(answer);
  return await (await ours(server.url, { method: "POST", body: "x" })).text();
}

const CHAT = 'data: {"choices":[{"delta":{"content":"Done."}}]}\n\n';
const MESSAGE_STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';
const COMPLETED = 'data: {"type": "response.completed", "response": {"text": "[DONE]"}}\r\n\r\n';

describe("an answer that says that it is complete ends there", () => {
  const ends: readonly (readonly [string, string, string])[] = [
    ["a chat", `${CHAT}data: [DONE]`, "\n\n"],
    ["a chat without blanks", `${CHAT}data:[DONE]`, "\n\n"],
    ["a message", CHAT + MESSAGE_STOP, ""],
    ["a response", CHAT + COMPLETED, ""],
    ["a response by its event", `${CHAT}event: response.failed\ndata: {}\n\n`, ""],
  ];

  it.each(ends)("%s, however its connection ends", async (_what, text, rest) => {
    const well: Answering = (response) => void response.writeHead(200, SSE).end(text + rest);
    const open: Answering = (response) => void response.writeHead(200, SSE).write(text + rest);
    const reset: Answering = (response) => {
      response.writeHead(200, SSE).write(text + rest, () => {
        setTimeout(() => response.socket?.resetAndDestroy(), 20);
      });
    };
    const more: Answering = (response) => void response.writeHead(200, SSE).end(text + rest + CHAT);
    for (const answer of [well, open, reset, more]) expect(await told(answer)).toBe(text);
  });

  it.each(ends)("%s, wherever its pieces are cut", async (_what, text, rest) => {
    const whole = text + rest + CHAT;
    let at = 1;
    await using server = await AnsweringServer.open((response) => {
      response.writeHead(200, SSE).write(whole.slice(0, at), () => {
        setImmediate(() => response.end(whole.slice(at)));
      });
    });
    for (; at < whole.length; at += 1) expect(await (await ours(server.url)).text()).toBe(text);
  });

  it("and a compressed one too", async () => {
    const bytes = gzipSync(`${CHAT}data: [DONE]\n\n${CHAT}`);
    const answer: Answering = (response) =>
      void response.writeHead(200, { ...SSE, "content-encoding": "gzip" }).write(bytes);
    expect(await told(answer)).toBe(`${CHAT}data: [DONE]`);
  });
});

it.each([
  [
    "what only speaks of an end",
    SSE,
    'data: {"text":"\\ndata: [DONE]\\n event: message_stop"}\n\ndata: [DONE\n\n',
  ],
  ["what is no stream of events", { "content-type": "text/plain" }, "\ndata: [DONE]\n\nmore"],
])("%s does not end an answer", async (_what, headers, text) => {
  expect(await told((response) => void response.writeHead(200, headers).end(text))).toBe(text);
});

it("the connection of an answer that ends well is used again, and one that is held open is closed", async () => {
  let asked = 0;
  await using server = await AnsweringServer.open((response) => {
    asked += 1;
    response.writeHead(200, SSE).write(`${CHAT}data: [DONE]\n\n`);
    if (asked < 4) setTimeout(() => response.end(), 5);
  });
  const ask = async (): Promise<void> => void (await (await ours(server.url)).text());
  for (let round = 0; round < 4; round += 1) {
    await ask();
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 30);
    });
  }
  expect([asked, server.connections]).toEqual([4, 1]);
  await server.left();
  expect(server.open).toBe(0);
});
