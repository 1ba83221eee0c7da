import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SILENT_LOGGER } from "@colony/core";
import { openColony } from "@colony/runtime";
import { createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { askServer, mcpTools, toolsOfServers, type McpServer } from "./mcp-server.ts";
import type { StdioServerOptions } from "./server/server-options.ts";
import { Caller, named } from "./testing/caller.ts";
import { living, until } from "./testing/living.ts";

const SERVER = join(import.meta.dirname, "testing/hostile-server.ts");
const options = (way: string): StdioServerOptions => ({ command: process.execPath, args: [SERVER, way] });
const asked = async (way: string): Promise<McpServer> =>
  await askServer("evil", options(way), { signal: new AbortController().signal });

it("a server that lists a tool twice has the first one, says so, and keeps no colony from opening", async () => {
  const server = await asked("twice");
  expect(server.tools).toEqual(["t", "a.b", "a_b", ""]);
  expect(server.leftOut).toEqual(['it lists the tool "t" more than once: the first one is used']);
  const all = toolsOfServers([server]);
  expect(named(all, "t").inputSchema).toMatchObject({ title: "first" });
  const tools = await mcpTools({ evil: options("twice") });
  expect(tools.map(({ name }) => name)).toEqual(all.map(({ made }) => made.name));
  await using colony = await openColony({
    overseer: { model: createScriptedModel(() => ({ text: "Here." })), tools },
    logger: SILENT_LOGGER,
  });
  expect((await colony.inject("Are you?")).inputId).toBeDefined();
});

it("a server's pattern is told to models, and run by nobody", async () => {
  const tool = named(toolsOfServers([await asked("pattern")]), "t");
  expect(tool.inputSchema).toMatchObject({ properties: { s: { pattern: "^(a+)+$" } } });
  const input = { s: `${"a".repeat(60)}!` };
  expect(await tool.validate(input)).toEqual({ value: input });
});

it("a tool whose schema nobody could be told is left out, and the others are there", async () => {
  const server = await asked("deep");
  expect(server.tools).toEqual(["t"]);
  expect(server.leftOut).toEqual([
    'its tool "u" is left out: its input schema is nested more than 200 levels deep',
  ]);
  expect(toolsOfServers([server])).toHaveLength(1);
});

it("what a server says of its answers is not made anything of", async () => {
  expect((await asked("output")).tools).toEqual(["t"]);
});

it("an answer that is nested too deep is an error of the tool in words", async () => {
  const tool = named(toolsOfServers([await asked("ok")]), "t");
  await using caller = new Caller();
  await expect(caller.call(tool)).rejects.toMatchObject({
    code: "mcp.failed",
    message:
      'what "t" of the MCP server "evil" answered cannot be read: it is nested more than 200 levels deep. It may have taken effect.',
  });
});

it("asking that is called off while a server keeps silent says so with a code", async () => {
  const folder = mkdtempSync(join(tmpdir(), "colony-mcp-"));
  const asked = join(folder, "asked");
  const ending = new AbortController();
  try {
    const waiting = askServer(
      "evil",
      { ...options("silent"), env: { ASKED: asked } },
      { signal: ending.signal },
    );
    await until("the question", () => existsSync(asked));
    ending.abort();
    await expect(waiting).rejects.toMatchObject({
      code: "wait.aborted",
      message: 'the tools of the MCP server "evil" are not wanted any more',
    });
    expect(living(folder)).toEqual([]);
  } finally {
    ending.abort();
    rmSync(folder, { recursive: true });
  }
});
