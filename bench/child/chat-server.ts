// An OpenAI-compatible server on this machine that streams the same answer to whoever asks, until its parent is gone.

import { createServer, type ServerResponse } from "node:http";
import { CHUNKS } from "../work/chat-answer.ts";

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    answer(response, 0);
  });
});

/** Each chunk in a turn of its own, so that they arrive one by one as those of a real model do. */
function answer(response: ServerResponse, place: number): void {
  response.write(CHUNKS[place]);
  if (place + 1 === CHUNKS.length) response.end();
  else setImmediate(answer, response, place + 1);
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  process.stdout.write(`http://127.0.0.1:${address.port}/v1\n`);
});
process.stdin.on("end", () => process.exit()).resume();
