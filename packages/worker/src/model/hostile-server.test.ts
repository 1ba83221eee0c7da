import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import {
  SSE,
  beginning,
  calling,
  chatModelAt,
  chunk,
  openChatServer,
  refusing,
  saying,
  type Answering,
  type ChatServer,
} from "../testing/chat-server.ts";
import { expectNothingLeft, httpWorked, realPause, type HttpWork } from "../testing/http-work.ts";
import { matching } from "../testing/matching.ts";
import { openRawServer } from "../testing/raw-server.ts";
import { TestColony } from "../testing/test-colony.ts";

const MEGABYTE = 1_000_000;

async function worked(server: ChatServer, options: Pick<HttpWork, "timeouts"> = {}): Promise<TestColony> {
  const colony = await httpWorked({
    models: [server.model()],
    asked: () => server.requests.length,
    ...options,
  });
  await expectNothingLeft(colony, () => server.busy());
  return colony;
}

/** Writes a piece again and again for as long as somebody takes it, never faster than that. */
function flooding(piece: string, most = 200 * MEGABYTE): Answering {
  return (response) => {
    let left = most;
    const pour = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= piece.length;
        if (!response.write(piece)) return void response.once("drain", pour);
      }
      if (!response.destroyed) response.end();
    };
    response.on("error", () => undefined);
    pour();
  };
}

const streaming =
  (then: Answering): Answering =>
  (response) => {
    response.writeHead(200, SSE);
    then(response);
  };

describe("an answer without an end", () => {
  const call = (args: string): string =>
    chunk({
      tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "echo", arguments: args } }],
    });

  test.each<[string, string]>([
    ["text", chunk({ content: "word ".repeat(10_000) })],
    ["thoughts", chunk({ reasoning_content: "hm ".repeat(10_000) })],
    ["one call's input", call("x".repeat(50_000))],
  ])("of %s is cut off after some megabytes, once, and the next model is asked", async (_what, piece) => {
    await using server = await openChatServer([streaming(flooding(piece))]);
    await using other = await openChatServer([saying("Done.")]);
    await using colony = await httpWorked({
      models: [server.model(), other.model()],
      asked: () => server.sent() + other.requests.length,
    });
    await expectNothingLeft(colony, () => server.busy() + other.busy());
    expect(server.requests).toHaveLength(1);
    expect(server.sent()).toBeLessThan(30 * MEGABYTE);
    expect(colony.of("MODEL_CALL_FAILED")).toMatchObject([
      {
        data: {
          retryable: false,
          error: {
            code: "model.broken_stream",
            message: "local/m-1 said more than 4,000,000 characters in one answer; it was cut off there.",
          },
        },
      },
    ]);
    expect(colony.of("MODEL_SWITCHED")).toHaveLength(1);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
  });

  test("of 50 MB that refuses is named with its beginning, and not kept", async () => {
    const words = "no such model; ".repeat((50 * MEGABYTE) / 15);
    await using server = await openChatServer([
      (response) => {
        response.writeHead(404, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: words } }));
      },
    ]);
    await using colony = await worked(server);
    const [failed] = colony.of("MODEL_CALL_FAILED");
    expect(failed?.data.error.message).toMatch(/^local\/m-1 answered 404: .*no such model; /);
    expect(JSON.stringify([colony.events, colony.logged]).length).toBeLessThan(20_000);
  });

  test("of empty pieces that say nothing is given up when its time is over", async () => {
    await using server = await openChatServer([
      streaming((response) => {
        const timer = setInterval(() => response.write(": still here\n\n"), 5);
        response.once("close", () => clearInterval(timer));
      }),
      saying("Done."),
    ]);
    await using colony = await worked(server, { timeouts: { firstTokenMs: 5_000 } });
    expect(colony.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { error: { code: "model.timeout" } } }]);
    expect(colony.report().status).toBe("success");
  });
});

describe("an answer that is not what it should be", () => {
  test.each<[string, Answering, RegExp]>([
    [
      "ends in the middle of a piece",
      beginning("Half", (response) => void response.end('data: {"id":"x","choices":[{"index":0,"del')),
      /^local\/m-1 /,
    ],
    ["is empty", (response) => void response.writeHead(200, SSE).end(), /^local\/m-1 /],
    [
      "is JSON where a stream was asked for",
      (response) =>
        void response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ choices: [{ message: { role: "assistant", content: "Done." } }] })),
      /^local\/m-1 /,
    ],
    [
      "has pieces of another shape",
      streaming((response) => void response.end('data: {"choices":"none"}\n\ndata: [DONE]\n\n')),
      /^local\/m-1 gave an answer that cannot be read: /,
    ],
    [
      "is bytes that are no text",
      streaming((response) => void response.end(Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0x0a, 0xc3, 0x28]))),
      /^local\/m-1 /,
    ],
  ])("as it %s, is asked for again", async (_what, answer, message) => {
    await using server = await openChatServer([answer, saying("Done.")]);
    await using colony = await worked(server);
    expect(colony.of("MODEL_CALL_FAILED")).toMatchObject([
      { data: { retryable: true, error: { code: "model.broken_stream", message: matching(message) } } },
    ]);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
  });

  test("as a call's input is broken, is told so to the model, and the tool is not run", async () => {
    const broken = streaming((response) => {
      const call = {
        index: 0,
        id: "c",
        type: "function",
        function: { name: "echo", arguments: '{"text": "hi' },
      };
      response.write(chunk({ tool_calls: [call] }));
      response.end(`${chunk({}, "tool_calls")}data: [DONE]\n\n`);
    });
    await using server = await openChatServer([broken, calling("echo", { text: "hi" }), saying("Done.")]);
    await using colony = await worked(server);
    expect(colony.of("TOOL_CALL_COMPLETED").map(({ data }) => data.result.status)).toEqual(["error", "ok"]);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
  });

  test.each([
    [400, "This model's maximum context length is 128000 tokens, however you requested 140000."],
    [400, "prompt is too long: 210000 tokens > 200000 maximum"],
    [413, "Request too large for this model"],
  ])(
    "as the conversation is too long for it (%i), says what helps, and is not asked again",
    async (status, words) => {
      await using server = await openChatServer([refusing(status, words), saying("Done.")]);
      await using colony = await worked(server);
      expect(server.requests).toHaveLength(1);
      expect(colony.report()).toMatchObject({
        status: "failed",
        error: {
          code: "model.rejected",
          message: matching(/Give it less at once, or use a model with a longer/),
        },
      });
    },
  );
});

describe("a chain of models", () => {
  test("is gone along when the tries of one are spent, and the events tell it all", async () => {
    await using busy = await openChatServer([refusing(529, "overloaded")]);
    await using keyless = await openChatServer([refusing(401, "no key")]);
    await using other = await openChatServer([saying("Done.")]);
    const servers = [busy, keyless, other];
    await using colony = await httpWorked({
      models: servers.map((server) => server.model()),
      asked: () => servers.reduce((sum, { requests }) => sum + requests.length, 0),
    });
    for (const server of servers) await expectNothingLeft(colony, () => server.busy());
    expect(servers.map(({ requests }) => requests.length)).toEqual([5, 1, 1]);
    const told = new Set([
      "MODEL_CALL_FAILED",
      "MODEL_RETRY_SCHEDULED",
      "MODEL_SWITCHED",
      "MODEL_CALL_COMPLETED",
    ]);
    expect(colony.types().filter((type) => told.has(type))).toEqual([
      ...Array.from({ length: 4 }, () => ["MODEL_CALL_FAILED", "MODEL_RETRY_SCHEDULED"]).flat(),
      "MODEL_CALL_FAILED",
      "MODEL_SWITCHED",
      "MODEL_CALL_FAILED",
      "MODEL_SWITCHED",
      "MODEL_CALL_COMPLETED",
    ]);
    expect(colony.of("MODEL_SWITCHED").map(({ data }) => data.reason.code)).toEqual([
      "model.overloaded",
      "model.auth",
    ]);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
  });
});

describe("a model that takes its time", () => {
  test("is waited for minutes, and the events say how long", async () => {
    const gate = Promise.withResolvers<void>();
    await using server = await openChatServer([
      (response) => void gate.promise.then(() => saying("Done.")(response)),
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model: server.model() }) });
    await colony.spawn();
    const working = colony.work();
    while (server.requests.length === 0) await realPause(5);
    await colony.clock.advance(9 * 60_000);
    gate.resolve();
    await working;
    expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
    expect(colony.of("MODEL_CALL_COMPLETED")).toMatchObject([
      { data: { firstTokenMs: 540_000, durationMs: 540_000 } },
    ]);
    expect(colony.clock.pending()).toBe(0);
  });
});

describe("a server that ignores that it is called off", () => {
  test("keeps nobody waiting, and its connection is closed from this side", async () => {
    await using server = await openChatServer([streaming(flooding(chunk({ content: "and on " }), 10 ** 12))]);
    await using colony = await TestColony.open({ definition: defineWorker({ model: server.model() }) });
    await colony.spawn();
    const running = colony.run();
    while (server.sent() < 100_000) await realPause(5);
    await colony.cancel("enough");
    await running;
    expect(colony.report()).toMatchObject({ status: "cancelled" });
    for (let round = 0; round < 200 && server.busy() > 0; round += 1) await realPause(10);
    expect(server.busy()).toBe(0);
    expect(colony.clock.pending()).toBe(0);
  });
});

describe("something that is no model server", () => {
  test.each<[string, (socket: Socket) => void]>([
    ["speaks another protocol", (socket) => void socket.write(Buffer.from("16030100020100", "hex"))],
    ["says words that mean nothing", (socket) => void socket.end("hello?\r\n\r\n")],
    ["hangs up", (socket) => void socket.end()],
    ["resets the connection", (socket) => void socket.resetAndDestroy()],
    [
      "promises more than it says",
      (socket) =>
        void socket.end(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 900\r\n\r\ndata:",
        ),
    ],
    [
      "says lengths that are none",
      (socket) =>
        void socket.end(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        ),
    ],
    [
      "has headers without an end",
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(2 * MEGABYTE)}`),
    ],
  ])(
    "and %s is tried five times and then given up in words, with no connection left",
    async (_what, answer) => {
      await using server = await openRawServer(answer);
      await using colony = await httpWorked({
        models: [chatModelAt(server.url)],
        asked: () => server.connections(),
      });
      expect(colony.report()).toMatchObject({
        status: "failed",
        error: { code: matching(/^model\.(unreachable|broken_stream)$/), message: matching(/^local\/m-1 /) },
      });
      expect(colony.of("MODEL_CALL_STARTED")).toHaveLength(5);
      await expectNothingLeft(colony, () => server.open());
    },
  );

  test("and says nothing while it keeps the connection is given up in time", async () => {
    await using server = await openRawServer(() => undefined);
    await using colony = await httpWorked({
      models: [chatModelAt(server.url)],
      asked: () => server.connections(),
      timeouts: { firstTokenMs: 5_000 },
    });
    expect(colony.report()).toMatchObject({ status: "failed", error: { code: "model.timeout" } });
    await expectNothingLeft(colony, () => server.open());
  });

  test("and sends its client round in circles is given up in words", async () => {
    await using server = await openChatServer([
      (response) => void response.writeHead(307, { location: "/v1/chat/completions" }).end(),
    ]);
    await using colony = await httpWorked({ models: [server.model()], asked: () => server.requests.length });
    expect(colony.report()).toMatchObject({
      status: "failed",
      error: { code: "model.unreachable", message: matching(/redirect/) },
    });
    expect(server.requests.length).toBeLessThan(200);
    await expectNothingLeft(colony, () => server.busy());
  });
});
