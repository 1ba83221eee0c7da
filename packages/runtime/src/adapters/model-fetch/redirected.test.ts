import { describe, expect, it } from "vitest";
import { AnsweringServer } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const ours = modelFetch();
const POST: RequestInit = {
  method: "POST",
  body: '{"a":1}',
  headers: { "content-type": "application/json", authorization: "Bearer secret", "x-api-key": "secret" },
};

const openElsewhere = (status: number, location: () => string): Promise<AnsweringServer> =>
  AnsweringServer.open((response, { path }) => {
    if (path === "/there") response.end("arrived");
    else response.writeHead(status, { location: location() }).end("moved");
  });

describe.each([301, 302, 303, 307, 308])("an answer of %i", (status) => {
  it.each<readonly ["POST" | "GET", RequestInit]>([
    ["POST", POST],
    ["GET", { headers: { authorization: "Bearer secret" } }],
  ])("is followed as the global fetch follows it with a %s", async (_method, given) => {
    const came = async (through: typeof fetch): Promise<unknown> => {
      await using server = await openElsewhere(status, () => "/there");
      const answer = await through(`${server.url}/here`, given);
      const text = await answer.text();
      const asked = server.requests.map(({ method, path, body, headers }) => [
        method,
        path,
        body,
        headers["content-type"],
        headers["content-length"],
        headers.authorization,
      ]);
      return { text, redirected: answer.redirected, path: new URL(answer.url).pathname, asked };
    };
    expect(await came(ours)).toEqual(await came(fetch));
  });

  it("to another server is followed without what is secret", async () => {
    await using there = await AnsweringServer.open((response) => void response.end("arrived"));
    await using here = await openElsewhere(status, () => `${there.url}/there`);
    expect(await (await ours(here.url, POST)).text()).toBe("arrived");
    const names = there.requests.flatMap(({ headers }) => Object.keys(headers));
    expect(names).toContain("accept");
    expect(names).not.toContain("authorization");
    expect(names).not.toContain("x-api-key");
  });

  it.each(["ftp://127.0.0.1/", "http://", "http://me:secret@127.0.0.1/"])("to %s fails", async (location) => {
    await using here = await openElsewhere(status, () => location);
    await expect(ours(here.url, POST)).rejects.toMatchObject({ name: "TypeError", message: "fetch failed" });
    await here.left();
  });
});

it("an answer that leads nowhere is an answer", async () => {
  await using server = await AnsweringServer.open((response) => void response.writeHead(302).end("moved"));
  const answer = await ours(server.url, POST);
  expect([answer.status, answer.redirected, await answer.text()]).toEqual([302, false, "moved"]);
});

it("a circle is gone round as often as by the global fetch", async () => {
  const times = async (through: typeof fetch): Promise<unknown> => {
    await using server = await openElsewhere(307, () => "/here");
    await expect(through(server.url, POST)).rejects.toMatchObject({
      message: "fetch failed",
      cause: { message: "redirect count exceeded" },
    });
    return server.requests.length;
  };
  expect(await times(ours)).toBe(await times(fetch));
});

it.each(["manual", "error"] as const)(
  "who asks for redirects of %s gets what the global fetch gives",
  async (redirect) => {
    await using server = await openElsewhere(307, () => "/there");
    const of = async (through: typeof fetch): Promise<unknown> =>
      await through(server.url, { ...POST, redirect }).then(({ status }) => status, String);
    expect(await of(ours)).toEqual(await of(fetch));
  },
);
