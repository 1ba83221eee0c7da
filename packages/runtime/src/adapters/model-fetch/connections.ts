import { Agent, request as requestByHttp, type ClientRequest, type RequestOptions } from "node:http";
import { Agent as SecureAgent, request as requestByHttps } from "node:https";
import type { Socket } from "node:net";
import type { PlainRequest } from "./plain-request.ts";

/**
 * How long an idle connection is kept, where its server does not ask for less: as long as `fetch` does. Servers close theirs after
 * 5 s and more, and one that is closed as it is used again has failed its request.
 */
const IDLE_MS = 4_000;

const KEPT = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: Number.POSITIVE_INFINITY };

/** Connections are the process's: all that ask the same server share them. Idle ones keep no process alive. */
const http = new Agent(KEPT);
const https = new SecureAgent(KEPT);

/** Begins to send a request. What is wrong with it is told as an `error` event; so is a server to which nobody gets through in time. */
export function send(request: PlainRequest, connectMs: number): ClientRequest {
  const isSecure = request.url.protocol === "https:";
  const sent = isSecure ? requestByHttps(optionsOf(request, https)) : requestByHttp(optionsOf(request, http));
  sent.on("socket", (socket) => limitConnecting(socket, request.url, connectMs));
  sent.end(request.body);
  return sent;
}

function optionsOf({ url, method, headers, body }: PlainRequest, agent: Agent): RequestOptions {
  const { hostname, port, pathname, search, host } = url;
  const lines = ["host", host];
  for (const [name, value] of headers) lines.push(name, value);
  if (method === "POST") lines.push("content-length", String(sizeOf(body)));
  return {
    agent,
    // An IPv6 address stands in brackets in an address only.
    host: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port,
    method,
    path: pathname + search,
    headers: lines,
    // Nobody but the caller gives up a request that is under way.
    timeout: 0,
  };
}

/** A server that is there lets in at once, however long it thinks then. */
function limitConnecting(socket: Socket, { protocol, host }: URL, connectMs: number): void {
  if (!socket.connecting) return;
  const giveUp = (): void => {
    const message = `no connection to ${host} within ${connectMs} ms`;
    socket.destroy(Object.assign(new Error(message), { code: "ETIMEDOUT" }));
  };
  socket.setTimeout(connectMs).once("timeout", giveUp);
  socket.once(protocol === "https:" ? "secureConnect" : "connect", () => {
    socket.off("timeout", giveUp).setTimeout(0);
  });
}

function sizeOf(body: string | Uint8Array = ""): number {
  return Buffer.byteLength(body);
}
