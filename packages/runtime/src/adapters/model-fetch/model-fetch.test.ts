import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { AnsweringServer, type Answering } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const ours = modelFetch();

/** All that a caller can see of an answer, or of why there is none. */
async function seen(response: Promise<Response>): Promise<unknown> {
  try {
    const answer = await response;
    const { status, statusText, ok, url, redirected, headers, body } = answer;
    const told = [...headers].filter(([name]) => name !== "date");
    const hasBody = body !== null;
    return { status, statusText, ok, url, redirected, told, hasBody, text: await answer.text() };
  } catch (error) {
    return error instanceof Error ? [error.name, error.message] : error;
  }
}

const answering =
  (status: number, headers: Record<string, string | string[]>, body: string | Buffer = ""): Answering =>
  (response) =>
    void response.writeHead(status, headers).end(body);

const TEXT = "word ".repeat(2_000);

/** What a caller gives, beside the address. */
type Given = NonNullable<Parameters<typeof fetch>[1]>;

/** As programs give it without types. */
const NOTHING: object = { redirect: undefined };

const POST: Given = { method: "POST", body: '{"a":1}', headers: { "content-type": "application/json" } };

describe("an answer is the same as that of the global fetch", () => {
  const answers: readonly (readonly [string, Answering])[] = [
    ["a text", answering(200, { "content-type": "text/plain" }, TEXT)],
    ["a status of its own", (response) => void response.writeHead(299, "Quite Fine").end("x")],
    ["a refusal", answering(429, { "retry-after": "3" }, "slow down")],
    ["a failure", answering(529, {}, "overloaded")],
    ["headers that come twice", answering(200, { "set-cookie": ["a=1", "b=2"], "x-many": ["1", "2"] })],
    ["a length", answering(200, { "content-length": "5" }, "hello")],
    ["nothing", answering(200, {})],
    ["204", answering(204, {})],
    ["304", answering(304, {})],
    ["gzip", answering(200, { "content-encoding": "gzip" }, gzipSync(TEXT))],
    ["x-gzip", answering(200, { "content-encoding": "X-Gzip" }, gzipSync(TEXT))],
    ["deflate", answering(200, { "content-encoding": "deflate" }, deflateSync(TEXT))],
    ["brotli", answering(200, { "content-encoding": "br" }, brotliCompressSync(TEXT))],
    ["zstd", answering(200, { "content-encoding": "zstd" }, zstdCompressSync(TEXT))],
    ["two codings", answering(200, { "content-encoding": "gzip, br" }, brotliCompressSync(gzipSync(TEXT)))],
    ["a coding that nobody knows", answering(200, { "content-encoding": "rot13" }, "uryyb")],
    ["what is not gzip at all", answering(200, { "content-encoding": "gzip" }, "plain words")],
    [
      "102 and 103 before it",
      (response) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: "</x>; rel=preload" });
        response.end("then");
      },
    ],
    ["a connection that is closed before it answers", (response) => void response.destroy()],
    [
      "a connection that is closed in the middle",
      (response) => void response.writeHead(200).write("half", () => response.destroy()),
    ],
    [
      "fewer bytes than were announced",
      (response) =>
        void response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy()),
    ],
    ["what is no HTTP", (response) => void response.socket?.end("SSH-2.0-x\r\n\r\n")],
    [
      "another protocol",
      (response) =>
        void response.socket?.write(
          "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        ),
    ],
    [
      "a piece that is none",
      (response) => {
        response.writeHead(200).write("half");
        response.socket?.end("zz\r\n");
      },
    ],
    ["a status that there is not", (response) => void response.socket?.end("HTTP/1.1 42 Odd\r\n\r\n")],
    [
      "a length that is none",
      (response) => void response.socket?.end("HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"),
    ],
  ];

  it.each(answers)("%s", async (...[, answer]) => {
    await using server = await AnsweringServer.open(answer);
    const expected = await seen(fetch(`${server.url}/v1?a=1#part`, POST));
    expect(await seen(ours(`${server.url}/v1?a=1#part`, POST))).toEqual(expected);
  });

  it("in pieces, each as soon as it comes", async () => {
    const next = Promise.withResolvers<ServerEnd>();
    type ServerEnd = () => void;
    await using server = await AnsweringServer.open((response) => {
      response.writeHead(200).write("one");
      next.resolve(() => response.end("two"));
    });
    const { body } = await ours(server.url);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toEqual({ done: false, value: "one" });
    (await next.promise)();
    expect(await reader?.read()).toEqual({ done: false, value: "two" });
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
  });

  it("and so are its compressed pieces", async () => {
    const [half, rest] = ["one ", "two"];
    const whole = gzipSync(half + rest);
    const next = Promise.withResolvers<() => void>();
    await using server = await AnsweringServer.open((response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).write(whole.subarray(0, -8));
      next.resolve(() => response.end(whole.subarray(-8)));
    });
    const { body } = await ours(server.url);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toEqual({ done: false, value: "one two" });
    (await next.promise)();
    expect(await reader?.read()).toEqual({ done: true, value: undefined });
  });
});

describe("a server sees the same request as from the global fetch", () => {
  const requests: readonly (readonly [string, Given])[] = [
    ["a GET", {}],
    ["a JSON", POST],
    ["a text without a type", { method: "POST", body: "grüße ✓" }],
    ["bytes", { method: "POST", body: new TextEncoder().encode("grüße") }],
    ["a POST of nothing", { method: "POST" }],
    ["an empty text", { method: "POST", body: "" }],
    [
      "headers as pairs",
      {
        ...POST,
        headers: [
          ["X-A", "1"],
          ["x-a", " 2 "],
        ],
      },
    ],
    ["headers of the class", { ...POST, headers: new Headers({ authorization: "Bearer x" }) }],
    ["its own agent and wishes", { headers: { "User-Agent": "mine", Accept: "text/event-stream" } }],
    ["no header of undefined options", { ...POST, signal: null, ...NOTHING }],
    ["a PUT", { method: "PUT", body: "x" }],
    ["a lower-case method", { method: "post", body: "x" }],
    ["a HEAD", { method: "HEAD" }],
    ["a form", { method: "POST", body: new URLSearchParams({ a: "1 2" }) }],
    ["a blob", { method: "POST", body: new Blob(["x"], { type: "text/x" }) }],
    ["a length of its own", { method: "POST", body: "abc", headers: { "content-length": "3" } }],
    ["other options", { method: "POST", body: "abc", cache: "no-store", keepalive: true }],
  ];

  const told = ({ requests: [request] }: AnsweringServer): unknown => {
    // How `fetch` speaks of itself, and what it can undo, is its own.
    const ITS_OWN = ["sec-fetch-mode", "accept-encoding", "host"];
    const headers = Object.entries(request?.headers ?? {}).filter(([name]) => !ITS_OWN.includes(name));
    return { ...request, headers: Object.fromEntries(headers) };
  };

  it.each(requests)("%s", async (...[, given]) => {
    await using expected = await AnsweringServer.open((response) => void response.end("x"));
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    await (await fetch(`${expected.url}/a%20b/ü?x=ü&y=1#z`, given)).text();
    await (await ours(new URL(`${server.url}/a%20b/ü?x=ü&y=1#z`), given)).text();
    expect(told(server)).toEqual(told(expected));
  });

  it("and asks for what is not compressed, unless its caller says otherwise", async () => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    await (await ours(server.url)).text();
    await (await ours(server.url, { headers: { "Accept-Encoding": "gzip" } })).text();
    expect(server.requests.map(({ headers }) => headers["accept-encoding"])).toEqual(["identity", "gzip"]);
  });

  it("also where the address is in brackets, or is a request already", async () => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    expect(await (await ours(new Request(server.url, { method: "POST", body: "in it" }))).text()).toBe("x");
    expect(server.requests).toMatchObject([{ method: "POST", body: "in it" }]);
    const port = new URL(server.url).port;
    expect(await (await ours(`http://[::ffff:127.0.0.1]:${port}/`)).text()).toBe("x");
  });
});

describe("what is wrong is refused as by the global fetch, and nothing is sent", () => {
  const wrong: readonly (readonly [string, unknown, unknown])[] = [
    ["an address of another kind", "ftp://127.0.0.1/", {}],
    ["a GET with a body", "", { body: "x" }],
    ["a signal that is none", "", { signal: {} }],
    ["a method", "", { method: "TRACE" }],
    ["a redirect mode", "", { redirect: "sometimes" }],
  ];

  it.each(wrong)("%s", async (...[, address, given]) => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    const at = (address === "" ? server.url : address) as string;
    const expected = await fetch(at, given as Given).catch((error: unknown) => error);
    const refused = await ours(at, given as Given).catch((error: unknown) => error);
    expect(expected).toBeInstanceOf(TypeError);
    expect(String(refused)).toBe(String(expected));
    expect(server.requests).toEqual([]);
  });

  it("a data address is read", async () => {
    expect(await (await ours("data:text/plain,hello")).text()).toBe("hello");
  });
});
