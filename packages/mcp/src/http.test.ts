import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askServer, mcpTools, toolsOfServers, type McpTool } from "./mcp-server.ts";
import type { HttpServerOptions } from "./server/server-options.ts";
import { Caller, named } from "./testing/caller.ts";
import { httpServer, type HttpServer } from "./testing/http-server.ts";
import { until } from "./testing/living.ts";

let folder: string;
let journalFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "colony-mcp-http-"));
  journalFile = join(folder, "journal");
});
afterEach(() => rmSync(folder, { recursive: true }));

const { signal } = new AbortController();
const journal = (): string => {
  try {
    return readFileSync(journalFile, "utf8");
  } catch {
    return "";
  }
};

async function tools(server: HttpServer, more: Partial<HttpServerOptions> = {}): Promise<readonly McpTool[]> {
  return toolsOfServers([await askServer("remote", { url: server.url, ...more }, { signal })]);
}

describe("a server over HTTP", () => {
  it("has a session for each execution, which ends with it", async () => {
    await using server = await httpServer();
    const all = await tools(server);
    expect(server.sessions).toEqual({ open: 0, ever: 1 });
    const one = new Caller();
    const other = new Caller();
    expect(await one.call(named(all, "echo"), { text: "a" })).toBe("a");
    expect(await one.call(named(all, "echo"), { text: "b" })).toBe("b");
    expect(await other.call(named(all, "echo"), { text: "c" })).toBe("c");
    expect(server.sessions).toEqual({ open: 2, ever: 3 });
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    expect(server.sessions).toEqual({ open: 0, ever: 3 });
  });

  it("is given its headers, and what it refuses is told without them", async () => {
    await using server = await httpServer({ token: "s3cret-token" });
    const headers = { authorization: "Bearer s3cret-token" };
    expect((await tools(server, { headers })).length).toBeGreaterThan(3);
    expect(server.headers.authorization).toBe("Bearer s3cret-token");
    const refused = askServer(
      "remote",
      { url: `${server.url}?key=other-secret`, headers: { authorization: "Bearer wrong-token" } },
      { signal },
    );
    await expect(refused).rejects.toMatchObject({
      code: "mcp.unavailable",
      message: expect.not.stringMatching(/wrong-token|other-secret/) as string,
    });
    await expect(refused).rejects.toThrow(/^the MCP server "remote" is not there: .*401/);
  });

  it("tells how far it is, and of what has failed", async () => {
    await using server = await httpServer();
    const all = await tools(server);
    await using caller = new Caller();
    expect(await caller.call(named(all, "steps"))).toBe("walked");
    expect(caller.progress).toEqual(["1 of 2", "2 of 2"]);
    await expect(caller.call(named(all, "fail"))).rejects.toThrow("the disk is full");
  });

  it("is told of a cancel, and answers other calls", async () => {
    await using server = await httpServer({ journal: journalFile });
    const all = await tools(server);
    await using caller = new Caller();
    const stop = new AbortController();
    const hanging = caller.call(named(all, "hang"), {}, stop.signal);
    await until("the call", () => journal().includes("hang"));
    stop.abort();
    await expect(hanging).rejects.toMatchObject({ code: "tool.outcome_unknown" });
    await until("the cancel", () => journal().includes("cancelled"));
    expect(await caller.call(named(all, "echo"), { text: "on" })).toBe("on");
    expect(server.sessions.open).toBe(1);
  });

  it("that breaks off in the middle of a call leaves its outcome unknown at once, not when its time is up", async () => {
    await using server = await httpServer({ journal: journalFile });
    const all = await tools(server);
    await using caller = new Caller();
    const hanging = caller.call(named(all, "hang"));
    await until("the call", () => journal().includes("hang"));
    server.breakOff();
    await expect(hanging).rejects.toMatchObject({
      code: "tool.outcome_unknown",
      message:
        '"hang" of the MCP server "remote" did not answer: the connection broke off before it had answered. Whether it took effect is not known.',
    });
  });

  it("that has forgotten its sessions is greeted anew: what it did not take is made once", async () => {
    await using server = await httpServer({ journal: journalFile });
    const all = await tools(server);
    await using caller = new Caller();
    await caller.call(named(all, "echo"), { text: "before" });
    server.forget();
    expect(await caller.call(named(all, "echo"), { text: "after" })).toBe("after");
    expect(journal().match(/^echo after$/gm)).toHaveLength(1);
  });

  it.each([
    [503, "tool.outcome_unknown", "Whether it took effect is not known."],
    [403, "mcp.unavailable", "was not called, nothing was done"],
  ])("that answers %i is judged by what that says", async (status, code, words) => {
    await using server = await httpServer();
    const all = await tools(server);
    await using caller = new Caller();
    await caller.call(named(all, "echo"), { text: "a" });
    server.status = status;
    await expect(caller.call(named(all, "echo"), { text: "b" })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words) as string,
    });
    server.status = undefined;
    expect(await caller.call(named(all, "echo"), { text: "c" })).toBe("c");
  });

  it("that is gone was not called", async () => {
    const server = await httpServer();
    const all = await tools(server);
    await using caller = new Caller();
    await caller.call(named(all, "echo"), { text: "a" });
    await server[Symbol.asyncDispose]();
    // What was sent on a connection that was open may have arrived, for all that is known.
    await expect(caller.call(named(all, "echo"), { text: "b" })).rejects.toThrow(
      '"echo" of the MCP server "remote"',
    );
    await expect(caller.call(named(all, "echo"), { text: "b" })).rejects.toMatchObject({
      code: "mcp.unavailable",
      message:
        '"echo" of the MCP server "remote" was not called, nothing was done: it cannot be reached (ECONNREFUSED)',
    });
  });
});

describe("a server without sessions, which answers in JSON", () => {
  it("is called like any other", async () => {
    await using server = await httpServer({ plain: true });
    const all = await tools(server);
    await using caller = new Caller();
    expect(await caller.call(named(all, "echo"), { text: "a" })).toBe("a");
    expect(await caller.call(named(all, "sum"))).toEqual({ sum: 3 });
    await expect(caller.call(named(all, "fail"))).rejects.toThrow("the disk is full");
  });

  it("that breaks off in the middle of a call leaves its outcome unknown", async () => {
    await using server = await httpServer({ plain: true, journal: journalFile });
    const all = await tools(server);
    await using caller = new Caller();
    const hanging = caller.call(named(all, "hang"));
    await until("the call", () => journal().includes("hang"));
    server.breakOff();
    await expect(hanging).rejects.toMatchObject({ code: "tool.outcome_unknown" });
  });
});

describe("tools of several servers", () => {
  it("are asked for side by side, and have names of their own", async () => {
    await using one = await httpServer();
    await using other = await httpServer();
    const all = await mcpTools({ a: { url: one.url }, "b.c": { url: other.url } });
    const names = all.map(({ name }) => name);
    expect(names).toContain("a_echo");
    expect(names).toContain("b_c_echo");
    expect(new Set(names).size).toBe(names.length);
  });

  it("are none where one of the servers is not there, and the others are let go of", async () => {
    await using one = await httpServer();
    await expect(mcpTools({ a: { url: one.url }, b: { url: "http://127.0.0.1:9/" } })).rejects.toThrow(
      'the MCP server "b" is not there: ',
    );
    expect(one.sessions.open).toBe(0);
  });
});
