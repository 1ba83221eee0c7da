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
