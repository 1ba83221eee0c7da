import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { defineWorker } from "@colony/worker";
import { expect, it } from "vitest";
import { openColony } from "../../open-colony.ts";
import { AnsweringServer, type Answering } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const KEY = "hf_AbCdEfGhIjKlMnOpQrStUvWx";
const SSE = { "content-type": "text/event-stream" };
const json = (said: unknown): string => JSON.stringify({ error: { message: said } });

/** All events of a worker whose model's server answers so. */
async function recorded(answer: Answering): Promise<string> {
  await using server = await AnsweringServer.open(answer);
  const provider = createOpenAICompatible({
    name: "local",
    baseURL: `${server.url}/v1`,
    apiKey: KEY,
    headers: { "x-own-token": "ownsecret99" },
    fetch: modelFetch(),
  });
  const model = provider.chatModel("m");
  await using colony = await openColony({
    dir: "memory",
    overseer: { model },
    workers: { reader: defineWorker({ model }) },
    limits: { shutdownGraceMs: 0 },
  });
  await colony.spawn("reader", { task: "Read." });
  for await (const { type, data } of colony.feed())
    if (type === "MODEL_CALL_FAILED") return JSON.stringify(data);
  return "";
}

it.each<readonly [string, Answering]>([
  ["a refusal", (response) => void response.writeHead(401).end(json(`Invalid credentials: ${KEY}`))],
  [
    "a refusal in two pieces",
    (response) => {
      const words = json(`Token ${KEY} or ownsecret99 is not valid`);
      response.writeHead(403).write(words.slice(0, 40), () => {
        setTimeout(() => response.end(words.slice(40)), 20);
      });
    },
  ],
  [
    "a refusal that repeats the whole request",
    (response, { headers }) =>
      void response.writeHead(400, { "content-type": "text/plain" }).end(`no: ${JSON.stringify(headers)}`),
  ],
  [
    "an error in a stream",
    (response) => void response.writeHead(200, SSE).end(`data: ${json(`no: ${KEY}, ownsecret99`)}\n\n`),
  ],
  [
    "an error instead of a stream",
    (response) =>
      void response
        .writeHead(200, { "content-type": "application/json" })
        .end(json(`no: ${KEY}, ownsecret99`)),
  ],
])("%s is told without the secrets that it repeats", async (_what, answer) => {
  const told = await recorded(answer);
  expect(told).toMatch(/Invalid credentials: …|Token … or … is not valid|no: /);
  expect(told).not.toContain(KEY);
  expect(told).not.toContain("ownsecret99");
});

it("a word that stands for a key is no secret, and what a model says is its own", async () => {
  await using server = await AnsweringServer.open((response, { headers }) => {
    const isRefused = headers["x-refuse"] !== undefined;
    response.writeHead(isRefused ? 404 : 200, SSE).end(`data: {"text":"ollama ${KEY}"}\n\n`);
  });
  const ask = async (headers: Record<string, string>): Promise<string> =>
    await (await modelFetch()(server.url, { method: "POST", body: "x", headers })).text();
  expect(await ask({ "x-refuse": "1", authorization: "Bearer ollama" })).toContain(`ollama ${KEY}`);
  expect(await ask({ authorization: `Bearer ${KEY}` })).toContain(KEY);
});
