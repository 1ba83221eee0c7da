import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { AnsweringServer } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const POST: RequestInit = { method: "POST", body: "x" };
const DISPATCHER = Symbol.for("undici.globalDispatcher.1");
const dispatchers = globalThis as { [DISPATCHER]?: unknown };

const before = dispatchers[DISPATCHER];
afterEach(() => {
  if (before !== undefined) dispatchers[DISPATCHER] = before;
});

it("where a proxy is set for Node, it is asked", async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer().on("connect", ({ url }, socket) => {
    asked.push(url);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, "127.0.0.1", resolve);
  });
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const program = `
    const { modelFetch } = await import(${JSON.stringify(import.meta.resolve("./model-fetch.ts"))});
    const asking = modelFetch()("http://model.invalid/v1", { method: "POST", body: "x" });
    process.stdout.write(await asking.then(() => "answered", String), () => process.exit());`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    env: {
      ...process.env,
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: address,
      http_proxy: address,
      NO_PROXY: "",
      no_proxy: "",
    },
  });
  expect([stdout, asked[0]]).toEqual(["TypeError: fetch failed", "model.invalid:80"]);
  proxy.close();
});

it("a dispatcher that a program has set for fetch is used", async () => {
  await using server = await AnsweringServer.open((response) => void response.end("x"));
  await (await fetch(server.url)).text();
  const agent = dispatchers[DISPATCHER] as { dispatch(...given: readonly unknown[]): boolean };
  let dispatched = 0;
  class Counting {
    dispatch(...given: readonly unknown[]): boolean {
      dispatched += 1;
      return agent.dispatch(...given);
    }
  }
  dispatchers[DISPATCHER] = new Counting();
  try {
    expect(await (await modelFetch()(server.url, POST)).text()).toBe("x");
  } finally {
    dispatchers[DISPATCHER] = agent;
  }
  expect(dispatched).toBe(1);
});

it("the one that fetch has made for itself is not", async () => {
  await using server = await AnsweringServer.open((response) => void response.end("x"));
  await (await fetch(server.url)).text();
  await (await modelFetch()(server.url, POST)).text();
  expect(server.requests.map(({ headers }) => headers["sec-fetch-mode"])).toEqual(["cors", undefined]);
});
