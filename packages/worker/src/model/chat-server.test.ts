import type { Clock } from "@colony/core";
import { describe, expect, test } from "vitest";
import { defineWorker } from "../definition.ts";
import {
  beginning,
  calling,
  chunk,
  openChatServer,
  refusing,
  saying,
  SECRET_KEY,
  type Answering,
  type ChatServer,
} from "../testing/chat-server.ts";
import { expectNothingLeft, httpWorked, realPause, type HttpWork } from "../testing/http-work.ts";
import { matching } from "../testing/matching.ts";
import { TestColony } from "../testing/test-colony.ts";

/** One worker's work with the model of a server, after which nothing of it may be left. */
async function worked(server: ChatServer, options: Pick<HttpWork, "timeouts"> = {}): Promise<TestColony> {
  const colony = await httpWorked({
    models: [server.model()],
    asked: () => server.requests.length,
    ...options,
  });
  await expectNothingLeft(colony, () => server.busy());
  return colony;
}

const silent: Answering = () => undefined;

describe("a model behind HTTP", () => {
  test("is asked, runs tools and answers, and what it used is charged", async () => {
    await using server = await openChatServer([calling("echo", { text: "hi" }), saying("It ", "is done.")]);
    await using colony = await worked(server);
    expect(colony.report()).toMatchObject({
      status: "success",
      summary: "It is done.",
      usage: { inputTokens: 14, outputTokens: 6, modelCalls: 2 },
    });
    expect(server.requests[1]?.body.messages.slice(2)).toMatchObject([
      {
        role: "assistant",
        tool_calls: [{ id: "call_1", function: { name: "echo", arguments: '{"text":"hi"}' } }],
      },
      { role: "tool", tool_call_id: "call_1", content: "echo hi" },
    ]);
    expect(colony.pulses.filter(({ type }) => type === "text")).toMatchObject([
      { delta: "It " },
      { delta: "is done." },
    ]);
  });

  const passing: readonly (readonly [string, Answering, string, RegExp])[] = [
    ["408", refusing(408, "too slow"), "model.timeout", /^local\/m-1 answered 408: too slow\. It may pass: /],
    [
      "429",
      refusing(429, "slow down"),
      "model.rate_limited",
      /^local\/m-1 answered 429: slow down\. It may pass: /,
    ],
    ["500", refusing(500, "oops"), "model.overloaded", /^local\/m-1 answered 500: oops\. It may pass: /],
    [
      "502",
      (response) => response.writeHead(502).end("<html>bad gateway</html>"),
      "model.overloaded",
      /answered 502: .*gateway/i,
    ],
    ["503", refusing(503, "busy"), "model.overloaded", /answered 503: busy/],
    ["529", refusing(529, "overloaded"), "model.overloaded", /answered 529: overloaded/],
    [
      "a connection reset before it answers",
      (response) => void response.destroy(),
      "model.unreachable",
      /^local\/m-1 cannot be reached \(.+\)\. Check that its server runs/,
    ],
    [
      "a connection reset in the middle",
      beginning("Half an answer", (response) => void response.destroy()),
      "model.broken_stream",
      /^local\/m-1 broke off in the middle of its answer/,
    ],
    [
      "a stream that stops short",
      beginning("Half an answer", (response) => void response.end()),
      "model.broken_stream",
      /^local\/m-1 gave an answer that cannot be read to its end: .+ without a finish reason\.$/,
    ],
    [
      "a piece that is not JSON",
      beginning("Half an answer", (response) => void response.end("data: {broken\n\n")),
      "model.broken_stream",
      /^local\/m-1 gave an answer that cannot be read to its end: /,
    ],
    [
      "an error in the middle of the stream",
      beginning(
        "Half an answer",
        (response) =>
          void response.end(
            `data: ${JSON.stringify({ error: { message: "engine overloaded", code: 503 } })}\n\n`,
          ),
      ),
      "model.overloaded",
      /^local\/m-1 answered 503: engine overloaded\. It may pass: /,
    ],
    [
      "an error without a number in the middle of the stream",
      beginning(
        "Half an answer",
        (response) =>
          void response.end(`data: ${JSON.stringify({ error: { message: "engine tired" } })}\n\n`),
      ),
      "model.broken_stream",
      /^local\/m-1 broke off its answer with an error: engine tired\. It may pass: /,
    ],
    [
      "a page instead of a stream",
      (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>"),
      "model.broken_stream",
      /^local\/m-1 gave an answer that cannot be read: .*[^.]\. Check that the address is that of a model server/,
    ],
    [
      "an empty answer",
      saying(""),
      "model.empty_response",
      /^local\/m-1 answered with nothing \(stop\)\. It may pass: /,
    ],
  ];

  test.each(passing)("is asked again after %s", async (...[_what, answer, code, message]) => {
    await using server = await openChatServer([answer, saying("Done.")]);
    await using colony = await worked(server);
    expect(colony.report()).toMatchObject({ status: "success", summary: "Done." });
    const [failed] = colony.of("MODEL_CALL_FAILED");
    expect(failed?.data).toMatchObject({
      retryable: true,
      error: { code, message: matching(message) },
    });
    expect(colony.of("MODEL_RETRY_SCHEDULED")).toHaveLength(1);
    const said = failed?.data.supersededText;
    expect(said ?? "Half an answer").toBe("Half an answer");
    expect(JSON.stringify(server.requests[1]?.body)).not.toContain("Half an answer");
  });

  const final: readonly (readonly [number, string, string])[] = [
    [400, "model.rejected", "local/m-1 answered 400: nope. Change the request or the model."],
    [401, "model.auth", "local/m-1 answered 401: nope. Check the key that is set for this provider."],
    [403, "model.auth", "local/m-1 answered 403: nope. Check the key that is set for this provider."],
    [404, "model.rejected", "local/m-1 answered 404: nope. Check the model's name and the address."],
    [422, "model.rejected", "local/m-1 answered 422: nope. Change the request or the model."],
  ];

  test.each(final)("is not asked again after %i", async (status, code, message) => {
    await using server = await openChatServer([
      refusing(status, "nope", { "retry-after": "1" }),
      saying("Done."),
    ]);
    await using colony = await worked(server);
    expect(server.requests).toHaveLength(1);
    expect(colony.report()).toMatchObject({ status: "failed", error: { code, message } });
  });

  test("that is not there at all is tried five times, and then named with its address's fault", async () => {
    const server = await openChatServer([silent]);
    await server[Symbol.asyncDispose]();
    await using colony = await worked(server);
    expect(colony.report()).toMatchObject({
      status: "failed",
      error: {
        code: "model.unreachable",
        message: matching(/^local\/m-1 cannot be reached \(.*ECONNREFUSED.*\)\. Check that its server runs/),
      },
    });
    expect(colony.of("MODEL_CALL_STARTED")).toHaveLength(5);
  });

  const later = (clock: Clock, ms: number): string => new Date(clock.now() + ms).toUTCString();
  test.each<[string, (clock: Clock) => Record<string, string>, number]>([
    ["seconds", () => ({ "retry-after": "7" }), 7_000],
    ["milliseconds", () => ({ "retry-after-ms": "2500" }), 2_500],
    ["a date", (clock) => ({ "retry-after": later(clock, 9_000) }), 9_000],
    ["words nobody knows", () => ({ "retry-after": "soon" }), 1_000],
    ["a time that is over", () => ({ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }), 1_000],
  ])("is asked again when it says, in %s", async (_what, headers, waitMs) => {
    const clock: { now: () => number } = { now: () => 1_000_000 };
    await using server = await openChatServer([
      refusing(429, "slow down", headers(clock as Clock)),
      saying("Done."),
    ]);
    await using colony = await TestColony.open({ definition: defineWorker({ model: server.model() }) });
    await colony.spawn();
    const working = colony.work();
    const told = await colony.bus.waitFor({ types: ["MODEL_RETRY_SCHEDULED"] });
    const notBefore = told?.type === "MODEL_RETRY_SCHEDULED" ? told.data.notBefore : Number.NaN;
    expect(notBefore).toBeGreaterThanOrEqual(1_000_000 + waitMs);
    expect(notBefore).toBeLessThan(1_000_000 + 1.5 * waitMs);
    await colony.clock.advance(notBefore - 1_000_001);
    expect(server.requests).toHaveLength(1);
    await colony.clock.advance(1);
    await working;
    expect(colony.report().status).toBe("success");
  });

  test.each<[string, Answering, RegExp]>([
    [
      "never says anything",
      silent,
      /^local\/m-1 said nothing for 5 s\. It may pass: .* "timeouts\.firstTokenMs"\.$/,
    ],
    [
      "falls silent",
      beginning("Half", silent),
      /^local\/m-1 fell silent for 2 s in the middle of its answer\. It may pass: .* "timeouts\.idleMs"\.$/,
    ],
  ])("that %s is given up and asked again", async (_what, answer, message) => {
    await using server = await openChatServer([answer, saying("Done.")]);
    await using colony = await worked(server, { timeouts: { firstTokenMs: 5_000, idleMs: 2_000 } });
    expect(colony.of("MODEL_CALL_FAILED")).toMatchObject([
      { data: { error: { code: "model.timeout", message: matching(message) } } },
    ]);
    await realPause(20);
    expect(server.aborted()).toBe(1);
  });

  test("that withholds its answer is not asked again", async () => {
    const filtered = beginning("I would", (response) => void response.end(chunk({}, "content_filter")));
    await using server = await openChatServer([filtered, saying("Done.")]);
    await using colony = await worked(server);
    expect(colony.report()).toMatchObject({
      status: "failed",
      error: {
        code: "model.rejected",
        message:
          "local/m-1 withheld the rest of its answer (content filter). Change what it is asked, or use another model.",
      },
    });
    expect(colony.of("MODEL_CALL_FAILED")).toMatchObject([{ data: { supersededText: "I would" } }]);
  });

  test.each<[string, Answering]>([
    [
      "repeats the key that it refuses",
      refusing(401, `Incorrect API key provided: ${SECRET_KEY}. Bearer ${SECRET_KEY}`),
    ],
    ["answers normally", saying("Done.")],
    ["is overloaded", refusing(503, `while serving Authorization: Bearer ${SECRET_KEY}`)],
  ])("that %s leaves no key in events or logs", async (_what, answer) => {
    await using server = await openChatServer([answer]);
    await using colony = await worked(server);
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${SECRET_KEY}`);
    expect(JSON.stringify([colony.events, colony.logged])).not.toContain("verysecret");
  });
});
