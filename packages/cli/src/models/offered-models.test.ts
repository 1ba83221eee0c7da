import { expect, it } from "vitest";
import { sendJson, startServer } from "../testing/http-server.ts";
import { offeredModels } from "./offered-models.ts";
import { openModel } from "./open-model.ts";

const settings = (value?: string) => ({
  model: { value, source: value === undefined ? "default" : "--model" },
  offlineThinkMs: { value: 0, source: "default" },
});

it("the server is asked with the key, and tells its models", async () => {
  let authorization: string | undefined;
  await using server = await startServer((request, response) => {
    authorization = request.headers.authorization;
    sendJson(response, 200, { object: "list", data: [{ id: "small" }, { id: "large" }] });
  });
  expect(await offeredModels(`${server.baseUrl}/`, { apiKey: "sk-1" })).toEqual(["small", "large"]);
  expect(authorization).toBe("Bearer sk-1");
  expect(server.requests).toEqual(["GET /v1/models"]);
});

it("where no model was named, the first is taken, and that is said", async () => {
  await using server = await startServer((_request, response) =>
    sendJson(response, 200, { data: [{ id: "small" }] }),
  );
  const opened = await openModel(settings(), { OPENAI_BASE_URL: server.baseUrl });
  expect(opened.name).toBe("openai-compatible/small");
  expect(opened.notice).toBe(
    "using openai-compatible/small, the first model the server offers; name another with --model",
  );
});

it("a model that was named is not asked for", async () => {
  await using server = await startServer((_request, response) => sendJson(response, 500, {}));
  const opened = await openModel(settings("openai-compatible/own"), { OPENAI_BASE_URL: server.baseUrl });
  expect([opened.name, opened.model.modelId]).toEqual(["openai-compatible/own", "own"]);
  expect(server.requests).toEqual([]);
});

it("models of providers are made with the key that is set", async () => {
  const env = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" };
  expect((await openModel(settings("openai/gpt-x"), env)).model.provider).toContain("openai");
  expect((await openModel(settings("anthropic/claude-x"), env)).model.modelId).toBe("claude-x");
});

it.each<readonly [number, unknown, string, string]>([
  [401, {}, "model.auth", "answered 401; check OPENAI_API_KEY"],
  [
    404,
    {},
    "model.unknown",
    "answered 404, so no model could be chosen; name one with --model openai-compatible/NAME",
  ],
  [200, { data: [] }, "model.unknown", "lists no models"],
  [200, "hello", "model.unknown", "lists no models"],
])("an answer %s %j is explained", async (status, body, ...[code, sentence]) => {
  await using server = await startServer((_request, response) => sendJson(response, status, body));
  await expect(offeredModels(server.baseUrl, { apiKey: undefined })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(sentence) as string,
  });
});

it("a server that is not there is said to be not there", async () => {
  const server = await startServer(() => undefined);
  await server[Symbol.asyncDispose]();
  await expect(offeredModels(server.baseUrl, { apiKey: undefined })).rejects.toMatchObject({
    code: "model.unreachable",
    message: expect.stringMatching(
      /^no model server answers at .*ECONNREFUSED.*; start it, or check OPENAI_BASE_URL$/u,
    ) as string,
  });
});

it("a server that says nothing is not waited for", async () => {
  await using server = await startServer(() => undefined);
  await expect(offeredModels(server.baseUrl, { apiKey: undefined, timeoutMs: 50 })).rejects.toMatchObject({
    message: expect.stringContaining("no answer in time") as string,
  });
});

it("an address that is none is refused", async () => {
  await expect(
    openModel(settings("openai-compatible/m"), { OPENAI_BASE_URL: "localhost:11434" }),
  ).rejects.toMatchObject({
    code: "settings.invalid",
  });
});

it("an address with a password in it is refused without it, and nobody is asked", async () => {
  await expect(
    openModel(settings("openai-compatible/m"), { OPENAI_BASE_URL: "http://bob:S3cret@127.0.0.1:1/v1" }),
  ).rejects.toMatchObject({
    code: "settings.invalid",
    message: expect.not.stringMatching(/S3cret|bob/u) as string,
  });
});

it("the name of a model is told on one line that does not steer the terminal", async () => {
  await using server = await startServer((_request, response) =>
    sendJson(response, 200, { data: [{ id: "m\u001B[2J\u001B]0;pwned\u0007\nevil" }] }),
  );
  const { model, notice } = await openModel(settings(), { OPENAI_BASE_URL: server.baseUrl });
  expect(model.modelId).toBe("m\u001B[2J\u001B]0;pwned\u0007\nevil");
  expect(notice).toMatch(/^using openai-compatible\/m evil, the first/u);
});

it("a server that refuses is let go", async () => {
  await using server = await startServer((_request, response) => {
    response.writeHead(404).write("a beginning that has no end");
  });
  await expect(offeredModels(server.baseUrl, { apiKey: undefined })).rejects.toMatchObject({
    code: "model.unknown",
  });
});
