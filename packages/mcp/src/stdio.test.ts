import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askServer, toolsOfServers, type McpTool } from "./mcp-server.ts";
import type { StdioServerOptions } from "./server/server-options.ts";
import { Caller, named } from "./testing/caller.ts";
import { living, until } from "./testing/living.ts";

const SERVER = join(import.meta.dirname, "testing/stdio-server.ts");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "colony-mcp-"));
});
afterEach(() => {
  for (const pid of living(folder)) process.kill(pid, "SIGKILL");
  rmSync(folder, { recursive: true });
});

const { signal } = new AbortController();
const journal = (): string => {
  try {
    return readFileSync(join(folder, "journal"), "utf8");
  } catch {
    return "";
  }
};
const options = (more: Partial<StdioServerOptions> = {}): StdioServerOptions => ({
  command: process.execPath,
  args: [SERVER],
  ...more,
  env: { JOURNAL: join(folder, "journal"), ...more.env },
});

async function tools(more: Partial<StdioServerOptions> = {}): Promise<readonly McpTool[]> {
  return toolsOfServers([await askServer("local", options(more), { signal })]);
}

describe("a server that is a program", () => {
  it("is asked for its tools and let go of", async () => {
    const server = await askServer("local", options(), { signal });
    expect(server).toMatchObject({ name: "local", title: "served 1.2.3" });
    expect(server.tools).toContain("echo");
    expect(living(folder)).toEqual([]);
    const echo = named(toolsOfServers([server]), "echo");
    expect(echo).toMatchObject({
      name: "local_echo",
      group: "mcp",
      description: "Says it again.",
      effect: "once",
      timeoutMs: 60_000,
    });
    expect(echo.inputSchema).toMatchObject({
      type: "object",
      properties: { text: { type: "string" }, times: { type: "integer", minimum: 1 } },
      required: ["text"],
    });
  });

  it("answers with text, with structure, or with parts", async () => {
    const all = await tools();
    await using caller = new Caller();
    expect(await caller.call(named(all, "echo"), { text: "ha", times: 2 })).toBe("haha");
    expect(await caller.call(named(all, "sum"))).toEqual({ sum: 3 });
    expect(await caller.call(named(all, "picture"))).toEqual([
      { type: "text", text: "A pixel:" },
      { type: "image", mimeType: "image/png", data: expect.stringMatching(/^iVBOR/) as string },
      { type: "resource", uri: "file:///a.txt", text: "inside" },
      { type: "link", uri: "file:///b.txt", name: "b" },
    ]);
  });

  it("is not called with an input that does not fit its schema", async () => {
    const echo = named(await tools(), "echo");
    expect(await echo.validate({ text: "a" })).toEqual({ value: { text: "a" } });
    expect(await echo.validate({ times: 0 })).toEqual({
      problem: "the input must have required property 'text', times must be >= 1",
    });
    expect(await echo.validate("a")).toEqual({ problem: "the input must be an object" });
  });

  it("is told the key of the call, and tells how far it is", async () => {
    const all = await tools();
    await using caller = new Caller();
    expect(await caller.call(named(all, "key"))).toBe("w1/1");
    expect(await caller.call(named(all, "steps"))).toBe("walked");
    expect(caller.progress).toEqual(["1 of 2", "2 of 2"]);
  });

  it("answers that its tool has failed: the model is told in its words", async () => {
    const all = await tools();
    await using caller = new Caller();
    await expect(caller.call(named(all, "fail"))).rejects.toThrow("the disk is full");
    expect(await caller.call(named(all, "echo"), { text: "still here" })).toBe("still here");
  });

  it("is the same one for all calls of an execution, another one for another, and gone after both", async () => {
    const pid = named(await tools(), "pid");
    await using one = new Caller();
    await using other = new Caller();
    const [first, second] = [await one.call(pid), await one.call(pid)];
    expect(second).toBe(first);
    expect(await other.call(pid)).not.toBe(first);
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    expect(living(folder)).toEqual([]);
  });

  it("sees nothing of this process's environment but what it needs and was given", async () => {
    const env = named(await tools({ env: { GIVEN: "x" } }), "env");
    process.env["COLONY_TEST_SECRET"] = "hush";
    await using caller = new Caller();
    const seen = JSON.stringify(await caller.call(env)).split(/[" ]/);
    delete process.env["COLONY_TEST_SECRET"];
    expect(seen).toContain("PATH");
    expect(seen).toContain("GIVEN");
    expect(seen).not.toContain("COLONY_TEST_SECRET");
  });
});

describe("a server that dies in the middle of a call", () => {
  it("leaves the outcome of a once call unknown, in words without its secrets, and is started anew for the next", async () => {
    const all = await tools({ env: { TOKEN: "s3cret-token" } });
    await using caller = new Caller();
    const before = await caller.call(named(all, "pid"));
    await expect(caller.call(named(all, "die"))).rejects.toMatchObject({
      code: "tool.outcome_unknown",
      message: expect.stringMatching(
        /^"die" of the MCP server "local" did not answer: ".*" ended with exit code 3, saying "out of luck, token \[hidden\]"\. Whether it took effect is not known\.$/,
      ) as string,
    });
    expect(journal().match(/^die$/gm)).toHaveLength(1);
    expect(await caller.call(named(all, "pid"))).not.toBe(before);
  });

  it("fails a call that is declared pure, which may be made again", async () => {
    const all = await tools({ effects: { die: "pure" } });
    await using caller = new Caller();
    await expect(caller.call(named(all, "die"))).rejects.toMatchObject({
      code: "mcp.unavailable",
      message: expect.stringContaining("It may be called again.") as string,
    });
  });
});

describe("a call that is called off", () => {
  it("is cancelled at the server, which goes on with the others", async () => {
    const all = await tools();
    await using caller = new Caller();
    const before = await caller.call(named(all, "pid"));
    const stop = new AbortController();
    const hanging = caller.call(named(all, "hang"), {}, stop.signal);
    await until("the call", () => journal().includes("hang"));
    stop.abort();
    await expect(hanging).rejects.toMatchObject({ code: "tool.outcome_unknown" });
    await until("the cancel", () => journal().includes("cancelled"));
    expect(await caller.call(named(all, "pid"))).toBe(before);
  });

  it("costs the server its life where it does not answer any more, and nobody else's", async () => {
    const all = await tools();
    await using frozen = new Caller();
    await using other = new Caller();
    const before = await frozen.call(named(all, "pid"));
    const others = await other.call(named(all, "pid"));
    const stop = new AbortController();
    const call = frozen.call(named(all, "freeze"), {}, stop.signal);
    await until("the call", () => journal().includes("freeze"));
    stop.abort();
    await expect(call).rejects.toThrow("the call was called off before it was answered");
    expect(await other.call(named(all, "pid"))).toBe(others);
    expect(await frozen.call(named(all, "pid"))).not.toBe(before);
    expect(living(folder)).not.toContain(Number(before));
  });
});

describe("a program that is told to go", () => {
  it("goes with all it has started, however stubborn they are", async () => {
    const all = await tools();
    const caller = new Caller();
    await caller.call(named(all, "pid"));
    await caller[Symbol.asyncDispose]();
    const stubborn = await tools({ env: { STUBBORN: "yes" } });
    expect(living(folder)).toEqual([]);
    const second = new Caller();
    await second.call(named(stubborn, "pid"));
    expect(living(folder).length).toBeGreaterThan(2);
    await second[Symbol.asyncDispose]();
    await until("the end of all", () => living(folder).length === 0);
  });
});

describe("what is no server", () => {
  it.each<[string, StdioServerOptions | object, string]>([
    [
      "a program that there is not",
      { command: "no-such-program-here" },
      'there is no program "no-such-program-here" in the PATH; install it, or give its path',
    ],
    [
      "a program that ends at once",
      { command: "sh", args: ["-c", "echo Bad luck >&2; exit 4"] },
      '"sh" ended with exit code 4, saying "Bad luck"',
    ],
    [
      "a program that says nothing",
      { command: "sleep", args: ["60"], startTimeoutMs: 200 },
      "it did not answer within 0.2 s",
    ],
    [
      "a folder that is not there",
      { command: "sh", cwd: "/no/such/folder" },
      'there is no folder "/no/such/folder" to run "sh" in',
    ],
  ])("is refused in words: %s", async (_title, given, words) => {
    const asked = askServer("x", given as StdioServerOptions, { signal });
    await expect(asked).rejects.toMatchObject({
      code: "mcp.unavailable",
      message: expect.stringContaining(`the MCP server "x" is not there: ${words}`) as string,
    });
  });

  it.each<[object, string]>([
    [{}, 'the MCP server "x" is described by an object with command (and args), or with url (and headers)'],
    [{ command: "a", url: "http://a" }, 'there is no option url of the MCP server "x"'],
    [
      { url: "ftp://a" },
      'url of the MCP server "x" is "ftp://a"; give an address that begins with http:// or https://',
    ],
    [{ command: "a", arg: [] }, "(did you mean args?)"],
    [
      { command: "a", effects: { t: "twice" } },
      'effects.t of the MCP server "x" is "twice"; give an object of "pure"',
    ],
    [{ command: "a", timeoutMs: 0 }, "give a number of milliseconds from 1"],
  ])("%j is refused before anything is started", async (given, words) => {
    const asked = askServer("x", given as StdioServerOptions, { signal });
    await expect(asked).rejects.toMatchObject({
      code: "settings.invalid",
      message: expect.stringContaining(words) as string,
    });
  });

  it("has no effects for tools that are not there", async () => {
    await expect(tools({ effects: { ecko: "pure" } })).rejects.toThrow(
      'effects of the MCP server "local" names "ecko", and there is no such tool (did you mean "echo"?); there are: echo, pid',
    );
  });
});

describe("the effect of a tool", () => {
  it("is what was declared, else once; hints count only where they are trusted", async () => {
    const effects = (all: readonly McpTool[]): readonly string[] =>
      ["echo", "pid", "fail"].map((name) => named(all, name).effect);
    expect(effects(await tools())).toEqual(["once", "once", "once"]);
    expect(effects(await tools({ trustHints: true }))).toEqual(["pure", "idempotent", "once"]);
    expect(effects(await tools({ trustHints: true, effects: { echo: "once", fail: "pure" } }))).toEqual([
      "once",
      "idempotent",
      "pure",
    ]);
  });
});

describe("a server with many tools", () => {
  const paged = { command: process.execPath, args: [join(import.meta.dirname, "testing/paged-server.ts")] };

  it("is asked page after page", async () => {
    const server = await askServer("paged", paged, { signal });
    expect(server.tools).toEqual(["tool 0", "tool 1", "tool 2", "tool 3", "tool 4"]);
    const [first] = toolsOfServers([server]);
    expect(first?.made).toMatchObject({
      name: "paged_tool_0",
      description: "tool 0",
      inputSchema: { type: "object" },
    });
    expect(first?.made.inputSchema).not.toHaveProperty("$schema");
  });

  it("is held to what it said when it was asked, whatever it says in the middle of an execution", async () => {
    const all = toolsOfServers([await askServer("paged", paged, { signal })]);
    await using caller = new Caller();
    expect(await caller.call(named(all, "tool 1"), { n: 1 })).toBe('tool 1 {"n":1}');
    expect(await caller.call(named(all, "tool 3"), { n: 2 })).toBe('tool 3 {"n":2}');
  });

  it("has the last word on inputs whose schema cannot be read", async () => {
    const last = named(toolsOfServers([await askServer("paged", paged, { signal })]), "tool 4");
    expect(await last.validate({ a: 1 })).toEqual({ value: { a: 1 } });
    expect(await last.validate([])).toEqual({ problem: "the input must be an object" });
  });
});
