import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { AnsweringServer } from "../../testing/answering-server.ts";
import { modelFetch } from "./model-fetch.ts";

const ours = modelFetch();
const POST: RequestInit = { method: "POST", body: "x" };

describe("a connection", () => {
  it("is used again once its answer has been read, by whichever modelFetch", async () => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    for (let time = 0; time < 5; time += 1) await (await modelFetch()(server.url, POST)).text();
    expect([server.requests.length, server.connections]).toEqual([5, 1]);
  });

  it("is not shared by calls that are under way at once", async () => {
    const all = Promise.withResolvers<void>();
    await using server = await AnsweringServer.open((response) => {
      if (server.requests.length === 3) all.resolve();
      void all.promise.then(() => response.end("x"));
    });
    const texts = await Promise.all([1, 2, 3].map(async () => await (await ours(server.url, POST)).text()));
    expect([texts, server.connections]).toEqual([["x", "x", "x"], 3]);
  });

  it("is not used again where its server says so, or asks for less time than passes until then", async () => {
    for (const headers of [{ connection: "close" }, { "keep-alive": "timeout=1" }]) {
      await using server = await AnsweringServer.open((response) => {
        response.writeHead(200, headers).end("x");
      });
      for (let time = 0; time < 2; time += 1) await (await ours(server.url, POST)).text();
      expect(server.connections).toBe(2);
    }
  });

  it("that is closed while it is idle is not used again", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await (await ours(url, POST)).text()).toBe("x");
    const [first] = sockets;
    const closed = first === undefined ? [] : once(first, "close");
    first?.end();
    await closed;
    expect(await (await ours(url, POST)).text()).toBe("x");
    expect(sockets).toHaveLength(2);
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it("that is closed as it is used again fails its call, and nothing is sent twice", async () => {
    let bytes = "";
    let sockets = 0;
    const server = createServer((socket) => {
      sockets += 1;
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx");
        socket.once("data", (more) => {
          bytes += String(more);
          socket.resetAndDestroy();
        });
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await (await ours(url, POST)).text()).toBe("x");
    await expect(ours(url, POST)).rejects.toMatchObject({
      message: "fetch failed",
      cause: { code: "ECONNRESET" },
    });
    expect([sockets, bytes.match(/^POST /gmu)]).toEqual([1, ["POST "]]);
    server.close();
  });

  it("that is idle keeps no process alive", async () => {
    await using server = await AnsweringServer.open((response) => void response.end("x"));
    const program = `
      import { subscribe } from "node:diagnostics_channel";
      const sockets = [];
      subscribe("net.client.socket", ({ socket }) => sockets.push(socket));
      const { modelFetch } = await import(${JSON.stringify(import.meta.resolve("./model-fetch.ts"))});
      await (await modelFetch()(${JSON.stringify(server.url)})).text();
      process.on("beforeExit", () => console.log(JSON.stringify(sockets.map(({ destroyed }) => destroyed))));`;
    const args = ["--input-type=module", "-e", program];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual([false]);
  });
});

describe("an answer that nobody reads", () => {
  it("waits with its server: what has been taken of it is bounded", async () => {
    let sent = 0;
    await using server = await AnsweringServer.open((response) => {
      const piece = Buffer.alloc(1_000_000);
      const pour = (): void => {
        while (sent < 100_000_000) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once("drain", pour);
        }
        response.end();
      };
      pour();
    });
    const { body } = await ours(server.url, POST);
    let before = -1;
    while (sent > before) {
      before = sent;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    expect(sent).toBeLessThan(50_000_000);
    await body?.cancel();
    await server.left();
  });

  it("is whole when it is read at last", async () => {
    const text = "0123456789".repeat(300_000);
    await using server = await AnsweringServer.open((response) => void response.end(text));
    const { body } = await ours(server.url, POST);
    let read = "";
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      read += piece;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(read === text).toBe(true);
  });
});
