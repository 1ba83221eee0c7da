import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** A request as it came. */
export interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a request is answered. */
export type Answering = (response: ServerResponse, request: AnsweredRequest) => void;

/** A real HTTP server on this machine, which sees who is connected to it. */
export class AnsweringServer implements AsyncDisposable {
  /** Whole requests, oldest first. */
  readonly requests: AnsweredRequest[] = [];
  /** Connections so far. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #answer: Answering;
  readonly #server = createServer((request, response) => void this.#take(request, response));

  private constructor(answer: Answering) {
    this.#answer = answer;
    this.#server.on("connection", (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on("error", () => undefined).once("close", () => this.#sockets.delete(socket));
    });
  }

  static async open(answer: Answering): Promise<AnsweringServer> {
    const server = new AnsweringServer(answer);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /** Resolves once nobody is connected. */
  async left(): Promise<void> {
    for (const socket of this.#sockets)
      await new Promise<void>((resolve) => {
        socket.once("close", () => resolve());
      });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    response.on("error", () => undefined);
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // Its client went away.
      return;
    }
    const { method = "", url = "", headers } = request;
    const taken = { method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") };
    this.requests.push(taken);
    this.#answer(response, taken);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
  }
}
