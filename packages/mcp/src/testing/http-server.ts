import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { servedTools } from "./served-tools.ts";

/** A server of MCP over HTTP, with a session for each who connects. */
export interface HttpServer extends AsyncDisposable {
  readonly url: string;
  /** Sessions that are open, and how many there ever were. */
  readonly sessions: { readonly open: number; readonly ever: number };
  /** Headers of the newest request. */
  readonly headers: IncomingMessage["headers"];
  /** Forgets every session, as one that was restarted does. */
  forget(): void;
  /** Breaks every connection off. */
  breakOff(): void;
  /** Answers with this status from now on; undefined: as usual. */
  status: number | undefined;
}

/** Opens one on a free port. It wants `token` as a bearer, if one is given; `plain`: no sessions, and answers in JSON. */
export async function httpServer({
  journal = "",
  token,
  plain = false,
}: {
  readonly journal?: string;
  readonly token?: string;
  readonly plain?: boolean;
} = {}): Promise<HttpServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  let ever = 0;
  let headers: IncomingMessage["headers"] = {};
  const state: { status: number | undefined } = { status: undefined };

  const server = createServer((request, response) => {
    headers = request.headers;
    const refuse = (status: number): void => {
      response.writeHead(status).end("no");
    };
    if (state.status !== undefined) return refuse(state.status);
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) return refuse(401);
    const id = headers["mcp-session-id"];
    const known = typeof id === "string" ? sessions.get(id) : undefined;
    if (id !== undefined && known === undefined) return refuse(404);
    if (plain && request.method !== "POST") return refuse(405);
    void (known === undefined ? begin() : Promise.resolve(known)).then((transport) =>
      transport.handleRequest(request, response),
    );
  });

  async function begin(): Promise<StreamableHTTPServerTransport> {
    if (plain) {
      const once = new StreamableHTTPServerTransport({ enableJsonResponse: true });
      await servedTools(journal).connect(once);
      return once;
    }
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => {
        ever += 1;
        sessions.set(id, transport);
      },
      onsessionclosed: (id) => {
        sessions.delete(id);
      },
    });
    await servedTools(journal).connect(transport);
    return transport;
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    get sessions() {
      return { open: sessions.size, ever };
    },
    get headers() {
      return headers;
    },
    get status() {
      return state.status;
    },
    set status(status) {
      state.status = status;
    },
    forget: () => sessions.clear(),
    breakOff: () => server.closeAllConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
