import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
import type { ServerResponse } from "node:http";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { AnsweringServer } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const ours = modelFetch();
const why = new Error("enough");

/** A controller, and whether anything still listens to it. */
function aborting(): { controller: AbortController; signal: AbortSignal; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  return { controller, signal, listeners: () => getEventListeners(signal, "abort").length };
}

const post = (signal: AbortSignal): RequestInit => ({ method: "POST", body: "x".repeat(10_000), signal });

describe("a call that is aborted", () => {
  it("before it is made sends nothing", async () => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    await expect(ours(server.url, post(AbortSignal.abort(why)))).rejects.toBe(why);
    expect([server.requests, server.connections]).toEqual([[], 0]);
  });

  it("while it connects ends there", async () => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    const { controller, signal, listeners } = aborting();
    const answer = ours(server.url, post(signal));
    // It is on its way as soon as its code is there.
    while (listeners() === 0) await Promise.resolve();
    controller.abort(why);
    await expect(answer).rejects.toBe(why);
    expect(listeners()).toBe(0);
    expect(server.requests).toEqual([]);
  });

  it("without a reason of its own is told as the global fetch tells it", async () => {
    await using server = await AnsweringServer.open(() => controller.abort());
    const { controller, signal } = aborting();
    await expect(ours(server.url, post(signal))).rejects.toMatchObject({
      name: "AbortError",
      message: "This operation was aborted",
    });
  });

  it("before the head of its answer closes its connection", async () => {
    await using server = await AnsweringServer.open(() => controller.abort(why));
    const { controller, signal, listeners } = aborting();
    await expect(ours(server.url, post(signal))).rejects.toBe(why);
    await server.left();
    expect([listeners(), server.open]).toEqual([0, 0]);
  });

  it("in the middle of its answer closes its connection, and its body ends with the reason", async () => {
    await using server = await AnsweringServer.open((response) => void response.writeHead(200).write("half"));
    const { controller, signal, listeners } = aborting();
    const { body } = await ours(server.url, post(signal));
    const reader = body?.getReader();
    expect((await reader?.read())?.value).toHaveLength(4);
    const next = reader?.read();
    controller.abort(why);
    await expect(next).rejects.toBe(why);
    await server.left();
    expect([listeners(), server.open]).toEqual([0, 0]);
  });

  it("after its end changes nothing", async () => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    const { controller, signal, listeners } = aborting();
    const answer = await ours(server.url, post(signal));
    expect(await answer.text()).toBe("x");
    expect(listeners()).toBe(0);
    controller.abort(why);
    expect(await (await ours(server.url)).text()).toBe("x");
    expect(server.connections).toBe(1);
  });

  it("while it is led from one place to another ends there", async () => {
    await using server = await AnsweringServer.open((response, { path }) => {
      if (path === "/there") controller.abort(why);
      else response.writeHead(307, { location: "/there" }).end();
    });
    const { controller, signal, listeners } = aborting();
    await expect(ours(server.url, post(signal))).rejects.toBe(why);
    expect(listeners()).toBe(0);
    await server.left();
  });
});

it.each<readonly [string, (response: ServerResponse) => void]>([
  ["an empty answer", (response) => void response.writeHead(204).end()],
  ["a refusal of the connection's", (response) => void response.destroy()],
])("nothing listens to the signal after %s", async (...[, answer]) => {
  await using server = await AnsweringServer.open(answer);
  const { signal, listeners } = aborting();
  await ours(server.url, post(signal)).catch(() => undefined);
  expect(listeners()).toBe(0);
});

it("a body that is cancelled closes its connection", async () => {
  await using server = await AnsweringServer.open((response) => void response.writeHead(200).write("half"));
  const { signal, listeners } = aborting();
  const { body } = await ours(server.url, post(signal));
  await body?.cancel();
  await server.left();
  expect([listeners(), server.open]).toEqual([0, 0]);
});

it("a call that waits has no time limit, also on a connection that had been idle: only its caller gives it up", async () => {
  const sockets: Socket[] = [];
  const see = (told: unknown): void => void sockets.push((told as { readonly socket: Socket }).socket);
  subscribe("net.client.socket", see);
  const limits: unknown[] = [];
  await using server = await AnsweringServer.open((response, { path }) => {
    limits.push(...sockets.map(({ timeout }) => timeout ?? 0));
    if (path === "/") response.end("x");
    else controller.abort(why);
  });
  const { controller, signal } = aborting();
  await (await ours(server.url)).text();
  await new Promise(setImmediate);
  limits.push(...sockets.map(({ timeout }) => timeout));
  await expect(ours(`${server.url}/long`, post(signal))).rejects.toBe(why);
  unsubscribe("net.client.socket", see);
  expect(limits).toEqual([0, 4_000, 0]);
});

it("a server that is not there is told with what is the matter", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  const { signal, listeners } = aborting();
  await expect(ours(`http://127.0.0.1:${port}`, post(signal))).rejects.toMatchObject({
    name: "TypeError",
    message: "fetch failed",
    cause: { code: "ECONNREFUSED" },
  });
  expect(listeners()).toBe(0);
});
