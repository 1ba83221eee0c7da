import { once } from "node:events";
import { createServer } from "node:https";
import { createServer as createSilent, type AddressInfo, type Socket } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SELF_SIGNED } from "../../testing/self-signed.ts";
import { modelFetch } from "./model-fetch.ts";

const ours = modelFetch();
const trusted = getCACertificates("default");
let connections = 0;
const server = createServer(SELF_SIGNED, (request, response) => {
  request.resume().on("end", () => response.end(`${request.method} ${request.url}`));
}).on("secureConnection", () => void (connections += 1));

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

const address = (): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;

it("a server whose certificate is not trusted is not spoken to, as by the global fetch", async () => {
  const refused = {
    name: "TypeError",
    message: "fetch failed",
    cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  };
  await expect(fetch(address())).rejects.toMatchObject(refused);
  await expect(ours(address(), { method: "POST", body: "secret" })).rejects.toMatchObject(refused);
});

it("one that is trusted is, over one connection", async () => {
  setDefaultCACertificates([...trusted, SELF_SIGNED.cert]);
  connections = 0;
  for (let time = 0; time < 3; time += 1)
    expect(await (await ours(address(), { method: "POST", body: "secret" })).text()).toBe("POST /v1");
  expect(connections).toBe(1);
});

it("one that never comes to terms is given up, as one that is out of reach", async () => {
  const silent = createSilent();
  await new Promise<void>((resolve) => {
    silent.listen(0, "127.0.0.1", resolve);
  });
  const { port } = silent.address() as AddressInfo;
  const sockets: Socket[] = [];
  silent.on("connection", (socket) => void sockets.push(socket.on("error", () => undefined).resume()));
  await expect(modelFetch({ connectMs: 50 })(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({
    name: "TypeError",
    message: "fetch failed",
    cause: { code: "ETIMEDOUT", message: `no connection to 127.0.0.1:${port} within 50 ms` },
  });
  await Promise.all(sockets.map(async (socket) => socket.closed || (await once(socket, "close"))));
  expect(sockets).toHaveLength(1);
  silent.close();
});
