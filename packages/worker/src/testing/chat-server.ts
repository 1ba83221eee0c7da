import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Model } from "@colony/core";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

/** How a server answers one request. */
export type Answering = (response: ServerResponse) => void;

/** A real server on this machine that speaks the streaming protocol of OpenAI. */
export interface ChatServer extends AsyncDisposable {
  readonly url: string;
  /** Bodies and headers of what it was asked, in order. */
  readonly requests: readonly {
    readonly body: { readonly messages: readonly unknown[] };
    readonly headers: IncomingMessage["headers"];
  }[];
  /** Requests whose client went away before the end. */
  aborted(): number;
  /** Answers that are under way. */
  busy(): number;
  /** Bytes of answers that the system has taken from it. */
  sent(): number;
  model(): Model;
}

/** The key that requests to these servers carry. */
export const SECRET_KEY = "sk-verysecret0123456789";

/** Starts a server that answers its n-th request as the n-th of these says, and the last one for ever after. */
export async function openChatServer(answers: readonly Answering[]): Promise<ChatServer> {
  const requests: { body: { messages: readonly unknown[] }; headers: IncomingMessage["headers"] }[] = [];
  let aborted = 0;
  let busy = 0;
  const sockets = new Set<Socket>();
  let sentBefore = 0;
  const server = createServer((request, response) => {
    busy += 1;
    response.once("close", () => void (busy -= 1));
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => void (text += chunk));
    request.on("end", () => {
      const body = JSON.parse(text) as { messages: readonly unknown[] };
      const index = requests.push({ body, headers: request.headers }) - 1;
      response.on("close", () => void (aborted += response.writableFinished ? 0 : 1));
      (answers[index] ?? answers.at(-1))?.(response);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      sentBefore += socket.bytesWritten;
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    url,
    requests,
    aborted: () => aborted,
    busy: () => busy,
    sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, sentBefore),
    model: () => chatModelAt(url),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** The model that such a server, or one that merely pretends to be one, offers under an address. */
export function chatModelAt(url: string): Model {
  return createOpenAICompatible({ name: "local", baseURL: url, apiKey: SECRET_KEY }).chatModel("m-1");
}

export const SSE = { "content-type": "text/event-stream" };

/** One piece of a streamed answer. */
export function chunk(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model: "m-1", choices })}\n\n`;
}

/** The last piece: what was consumed. */
function usageChunk(): string {
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  return `data: ${JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model: "m-1", choices: [], usage })}\n\ndata: [DONE]\n\n`;
}

/** Answers with text, piece by piece. */
export function saying(...words: readonly string[]): Answering {
  return (response) => {
    response.writeHead(200, SSE);
    for (const content of words) response.write(chunk({ content }));
    response.end(chunk({}, "stop") + usageChunk());
  };
}

/** Asks for one tool call, its input in two pieces. */
export function calling(name: string, input: object): Answering {
  return (response) => {
    const json = JSON.stringify(input);
    const call = (args: string, more: object): object => ({
      tool_calls: [{ index: 0, ...more, function: { arguments: args, ...more } }],
    });
    response.writeHead(200, SSE);
    response.write(chunk(call(json.slice(0, 3), { id: "call_1", type: "function", name })));
    response.write(chunk({ tool_calls: [{ index: 0, function: { arguments: json.slice(3) } }] }));
    response.end(chunk({}, "tool_calls") + usageChunk());
  };
}

/** Refuses with a status and a message. */
export function refusing(status: number, message: string, headers: Record<string, string> = {}): Answering {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ error: { message, type: "error" } }));
  };
}

/** Begins an answer, and then does something else. */
export function beginning(text: string, then: Answering): Answering {
  return (response) => {
    response.writeHead(200, SSE);
    response.write(chunk({ content: text }));
    setImmediate(() => then(response));
  };
}
