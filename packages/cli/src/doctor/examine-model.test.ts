import { expect, it } from "vitest";
import { sendJson, startServer } from "../testing/http-server.ts";
import { examineModel } from "./examine-model.ts";

const settings = { model: { value: undefined, source: "default" } };

it.each([
  [404, "note"],
  [503, "wrong"],
])(
  "a server that answers %i when it is asked for its models is, where one is named, a %s",
  async (status, state) => {
    await using server = await startServer((_request, response) => sendJson(response, status, {}));
    const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_MODEL: "llama3" };
    const found = await examineModel(settings, env);
    expect(found.find(({ about }) => about === "server")).toMatchObject({ state });
    const unnamed = await examineModel(settings, { OPENAI_BASE_URL: server.baseUrl });
    expect(unnamed.find(({ about }) => about === "server")).toMatchObject({ state: "wrong" });
  },
);

it.each([
  ["http://bob:S3cret@127.0.0.1:1/v1", "k", "OPENAI_BASE_URL holds a name or password"],
  ["ftp://bob:S3cret@127.0.0.1:1/v1", "k", "OPENAI_BASE_URL holds a name or password"],
  ["127.0.0.1:1/v1", "k", 'OPENAI_BASE_URL is "127.0.0.1:1/v1"; give'],
  ["http://127.0.0.1:1/v1", "abcd\nS3cret", 'the header "authorization" cannot be sent'],
])(
  "an address or a key that cannot be sent is told without what is secret: %s",
  async (address, key, words) => {
    const found = await examineModel(settings, { OPENAI_BASE_URL: address, OPENAI_API_KEY: key });
    const server = found.find(({ about }) => about === "server");
    expect(server).toMatchObject({ state: "wrong", says: expect.stringContaining(words) as string });
    expect(JSON.stringify(found)).not.toContain("S3cret");
  },
);
