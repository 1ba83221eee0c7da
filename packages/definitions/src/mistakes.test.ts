import { describe, expect, it } from "vitest";
import { ColonyFolder, refusal } from "./testing/colony-folder.ts";

const TOP =
  "version, extend, owner, overseer, workers, limits, budget, retention, prices, mcpServers, notify";
const WORKER =
  "model, models, instructions, instructionsFile, environment, notes, profile, tools, toolSet, limits, timeouts, maxOutputTokens, description, lifetime, concurrency, budget, report";

async function wrong(text: string, name = "colony.yaml"): Promise<readonly string[]> {
  using folder = new ColonyFolder({ [name]: text });
  return await folder.wrong({}, name);
}

describe("a mistake", () => {
  it.each<[string, string, string]>([
    [
      "an unknown key",
      "workers: { coder: { instruction: Hi } }",
      `2:21: workers.coder.instruction is no key that there is (did you mean instructions?); there are: ${WORKER}`,
    ],
    ["a key that resembles none", "colour: red", `2:1: colour is no key that there is; there are: ${TOP}`],
    [
      "a number that is none",
      "limits: { concurrency: many }",
      '2:24: limits.concurrency is "many"; give a whole number from 1 to 100000',
    ],
    [
      "a number out of range",
      "limits: { concurrency: 0 }",
      "2:24: limits.concurrency is 0; give a whole number from 1 to 100000",
    ],
    [
      "a piece of a tool call",
      "workers: { a: { limits: { toolCalls: 1.5 } } }",
      "2:38: workers.a.limits.toolCalls is 1.5; give a whole number from 0",
    ],
    [
      "a piece of a token",
      "budget: { tokens: 1.5 }",
      "2:19: budget.tokens is 1.5; give a whole number from 0",
    ],
    [
      "a time without a unit",
      "workers: { a: { limits: { softWall: 30 } } }",
      "2:37: workers.a.limits.softWall is 30; give a time with its unit, at least 1ms, such as 30s, 5m or 1h30m",
    ],
    [
      "a time in an unknown unit",
      "limits: { shutdownGrace: 2 weeks }",
      '2:26: limits.shutdownGrace is "2 weeks"; give a time with its unit, such as 30s, 5m or 1h30m',
    ],
    [
      "a text where there is a list",
      "workers: { a: { tools: read_file } }",
      '2:24: workers.a.tools is "read_file"; give a list of names of tools',
    ],
    [
      "an object where there is a text",
      "workers: { a: { instructions: { de: Hallo } } }",
      "2:31: workers.a.instructions is an object; give a text",
    ],
    [
      "a list where there is an object",
      "workers: [a]",
      "2:10: workers is a list; give an object of definitions by name",
    ],
    [
      "a word that is not one of two",
      "workers: { a: { lifetime: eternal } }",
      '2:27: workers.a.lifetime is "eternal"; give "ephemeral" or "persistent"',
    ],
    [
      "an empty name of a model",
      'workers: { a: { model: "" } }',
      '2:24: workers.a.model is ""; give the name of a model, such as openai/gpt-5',
    ],
    [
      "no models",
      "workers: { a: { models: [] } }",
      "2:25: workers.a.models is a list; give a list of at least one model",
    ],
    [
      "two ways to say the models",
      "workers: { a: { model: fast, models: [slow] } }",
      "2:30: workers.a.models stands beside model; give one of the two",
    ],
    [
      "two ways to say instructions",
      "workers: { a: { instructions: Hi, instructionsFile: hi.md } }",
      "2:35: workers.a.instructionsFile stands beside instructions; give one of the two",
    ],
    [
      "a price without its second half",
      "prices: { m: { inputUsd: 1 } }",
      "2:14: prices.m.outputUsd is missing; give US dollars per million tokens, from 0",
    ],
    [
      "a server that is none",
      "mcpServers: { a: { args: [x] } }",
      "2:18: mcpServers.a names no server; give command (and args), or url (and headers)",
    ],
    [
      "a server of both kinds",
      "mcpServers: { a: { command: x, url: http://x } }",
      "2:32: mcpServers.a.url does not go with command; leave one of them out",
    ],
    [
      "an address that is none",
      "mcpServers: { a: { url: localhost } }",
      '2:25: mcpServers.a.url is "localhost"; give an address that begins with http:// or https://',
    ],
    [
      "an effect that there is not",
      "mcpServers: { a: { command: x, effects: { t: twice } } }",
      '2:46: mcpServers.a.effects.t is "twice"; give "pure", "idempotent" or "once"',
    ],
    [
      "a worker without a name",
      'workers: { "": {} }',
      '2:12: workers."" is no name for this; give a name that says what it does',
    ],
    [
      "a server whose name cannot be written in a list of tools",
      "mcpServers: { a/b: { command: x } }",
      '2:15: mcpServers."a/b" is no name for this; give a name of 1 to 40 letters, digits, "_", "." or "-"',
    ],
    [
      "a time in lists that is none",
      "limits: { retention: always }",
      '2:22: limits.retention is "always"; give a time with its unit, such as 24h, or forever',
    ],
    [
      "nobody to notify",
      "notify: { args: [x] }",
      "2:9: notify must say one way; give command (and args), or webhook and secret",
    ],
    [
      "a webhook that nobody signs",
      "notify: { webhook: https://x }",
      "2:9: notify.secret is missing; give the secret that notifications are signed with",
    ],
    [
      "what a definition refuses",
      "workers: { a: { limits: { softWall: 9m, hardWall: 5m } } }",
      "2:15: workers.a will not do: limit softWallMs is 540000 and hardWallMs 300000; the hard limit ends what the soft one asks to come to an end, so give it a later time",
    ],
    [
      "a profile that there is not",
      "workers: { a: { profile: compct } }",
      '2:15: workers.a will not do: profile is "compct" (did you mean "compact"?); give "full", "compact", "minimal", "none", or an object with sections, and with maxSectionCharacters and maxTools if you like',
    ],
    [
      "a model that there is not",
      "workers: { a: { model: fats } }",
      '2:24: workers.a.model is "fats", which cannot be used: no model goes by that name (did you mean "fast"?); there are: fast, slow',
    ],
    [
      "a schema that holds nobody to anything",
      "workers: { a: { report: { if: { type: string } } } }",
      "2:25: workers.a.report is a JSON Schema that reports cannot be held to: Conditional schemas (if/then/else) are not supported",
    ],
  ])("is named with its line and what to give instead: %s", async (_title, text, line) => {
    const lines = await wrong(`version: "1"\n${text}\noverseer: { model: fast }\n`);
    expect(lines).toEqual([`colony.yaml:${line}`]);
  });

  it("is told with all others at once, in the order of their lines", async () => {
    const text = `version: "2"
workers:
  coder:
    limits:
      toolCals: 3
      softWall: soon
    tools: 7
  writer: { lifetme: persistent, concurrency: -1 }
extra: true
`;
    using folder = new ColonyFolder({ "colony.yaml": text });
    const lines = await folder.wrong();
    expect(lines.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "colony.yaml:1:10: version",
      "colony.yaml:5:7: workers.coder.limits.toolCals",
      "colony.yaml:6:17: workers.coder.limits.softWall",
      "colony.yaml:7:12: workers.coder.tools",
      "colony.yaml:8:13: workers.writer.lifetme",
      "colony.yaml:8:47: workers.writer.concurrency",
      "colony.yaml:9:1: extra",
    ]);
    const [code, message] = await refusal(folder.load());
    expect(code).toBe("colony_file.invalid");
    expect(message.split("\n")).toEqual(["7 things are wrong:", ...lines.map((line) => `  ${line}`)]);
  });

  it("in what is named is told with all others at once", async () => {
    const text = `version: "1"
overseer: { model: fats }
workers:
  a: { tools: [workspaces, "mcp:none/x"], instructionsFile: none.md }
`;
    using folder = new ColonyFolder({ "colony.yaml": text });
    expect((await folder.wrong()).map((line) => line.split(";")[0])).toEqual([
      'colony.yaml:2:20: overseer.model is "fats", which cannot be used: no model goes by that name (did you mean "fast"?)',
      'colony.yaml:4:16: workers.a.tools[0] is "workspaces", and there is no such tool (did you mean "workspace"?)',
      'colony.yaml:4:28: workers.a.tools[1] names the MCP server "none", which is not in mcpServers',
      `colony.yaml:4:61: workers.a.instructionsFile names instructions that cannot be had: there is no file "${folder.path}/none.md"`,
    ]);
  });
});

describe("the version", () => {
  it.each([
    ["overseer: { model: fast }", 'colony.yaml:1:1: version is missing; give "1"'],
    ['version: "2"', 'colony.yaml:1:10: version is "2"; this release reads "1" only'],
    ["version: 1.5", 'colony.yaml:1:10: version is 1.5; this release reads "1" only'],
    ["version: [1]", 'colony.yaml:1:10: version is a list; this release reads "1" only'],
  ])("must be said: %s", async (text, line) => {
    expect((await wrong(`${text}\n`))[0]).toBe(line);
  });

  it("may be a number", async () => {
    expect(await wrong("version: 1\noverseer: { model: fast }\n")).toEqual([]);
  });
});

describe("what cannot be read", () => {
  it.each<[string, string, string]>([
    ["nothing", "", "colony.yaml:1:1: the file says nothing; give version, workers and the like"],
    ["a comment", "# a\n", "colony.yaml:1:1: the file says nothing; give version, workers and the like"],
    ["a list", "- a\n", "colony.yaml:1:1: the file is a list; give version, workers and the like"],
    [
      "an indentation that does not fit",
      "version: 1\n  workers: {}\n",
      "colony.yaml:1:10: cannot be read: Nested mappings are not allowed in compact mappings",
    ],
    [
      "a key twice",
      "version: 1\nbudget: { usd: 1 }\nbudget: { usd: 2 }\n",
      "colony.yaml:3:1: cannot be read: Map keys must be unique",
    ],
    [
      "a tag that means nothing",
      "version: !!python 1\n",
      "colony.yaml:1:10: cannot be read: Unresolved tag: tag:yaml.org,2002:python",
    ],
    [
      "an anchor that there is not",
      "version: *x\n",
      "colony.yaml:1:10: cannot be read: nothing above it is named &x",
    ],
  ])("is told with its line: %s", async (_title, text, line) => {
    expect((await wrong(text))[0]).toContain(line);
  });

  it("is every fault of the file, not only the first", async () => {
    expect((await wrong("a: *x\nb: *y\n")).length).toBe(2);
  });

  it.each<[string, string, string]>([
    ["a comment", '{\n  // one\n  "version": "1"\n}', "colony.json:2:3: "],
    ["a comma too many", '{\n  "version": "1",\n}', "colony.json:3:1: is not JSON from here on"],
    ["a word without quotes", '{ version: "1" }', "colony.json:1:3: "],
    ["nothing", "", "colony.json:1:1: "],
  ])("in JSON is told as well: %s", async (_title, text, line) => {
    expect((await wrong(text, "colony.json"))[0]).toContain(line);
  });

  it("never shows a piece of the file, where secrets may stand", async () => {
    const lines = [
      ...(await wrong('{ "version": "1", "owner": "s3cret" oops }', "colony.json")),
      ...(await wrong('owner: "s3cret" oops\n')),
    ];
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join("\n")).not.toContain("s3cret");
  });

  it("is a file that multiplies itself", async () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
    for (const [name, below] of ["ba", "cb", "dc", "ed", "fe"].map((pair) => pair.split("")))
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${below}`).join(", ")}]`);
    expect(
      (await wrong(bomb.join("\n"))).some((line) => line.includes("its aliases multiply what it holds")),
    ).toBe(true);
  });

  it("is a file of more than a million bytes", async () => {
    expect((await wrong(`# ${"x".repeat(1_000_001)}`))[0]).toContain("holds more than 1 MB");
  });
});
