import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SILENT_LOGGER, defineTool, type Model } from "@colony/core";
import { openColony } from "@colony/runtime";
import { expect, it } from "vitest";
import { z } from "zod";
import { ColonyFolder, MODELS, refusal } from "./testing/colony-folder.ts";

const WHOLE = `
version: "1"
owner: ada
overseer:
  model: fast
  instructionsFile: prompts/overseer.md
  tools: [workspace]
  limits: { softWall: 30m }
workers:
  coder:
    models: [slow, fast]
    description: Writes code.
    instructions: |
      You write code.
      Carefully.
    environment: A monorepo.
    notes: [Run the tests.]
    profile: compact
    lifetime: persistent
    tools: [read_file, own]
    toolSet: { deny: ["group:delegation"] }
    limits: { iterations: 5, toolCalls: 7, softWall: 90s, hardWall: 2m, parallelTools: 2, stall: 1h }
    timeouts: { firstToken: 20s, idle: 1.5m }
    maxOutputTokens: 1000
    budget: { usd: 1.5, tokens: 2e5, toolCalls: 9, workers: 3, wall: 10m, depth: 2 }
    concurrency: 2
    report:
      type: object
      properties: { count: { type: integer, minimum: 0 }, was: { const: null } }
      required: [count]
limits: { concurrency: 3, maxDepth: 2, shutdownGrace: 5s, processGrace: 500ms, retention: 24h, notifyTimeout: 1m }
budget: { usd: 20, wall: 2h }
prices:
  scripted/model: { inputUsd: 1, outputUsd: 2.5, cachedInputUsd: 0.1 }
retention: { keep: 48h, prune: events }
notify: { command: notify-send, args: [Colony], timeout: 5s }
`;

const own = defineTool({ name: "own_tool", description: "Ours.", input: z.object({}), run: () => "ok" });

it("a file says everything that a colony is opened with", async () => {
  using folder = new ColonyFolder({ "colony.yaml": WHOLE, "prompts/overseer.md": "You lead.\n" });
  const options = await folder.load({ tools: { own } });
  expect(options).toMatchObject({
    owner: "ada",
    overseer: { models: [MODELS["fast"]], instructions: "You lead.", limits: { softWallMs: 1_800_000 } },
    limits: {
      concurrency: 3,
      maxDepth: 2,
      shutdownGraceMs: 5_000,
      processGraceMs: 500,
      retentionMs: 86_400_000,
      notifyTimeoutMs: 60_000,
    },
    budget: { usd: 20, wallMs: 7_200_000 },
    prices: { "scripted/model": { inputUsd: 1, outputUsd: 2.5, cachedInputUsd: 0.1 } },
    retention: { keepMs: 172_800_000, prune: "events" },
    notifier: { notify: expect.any(Function) as unknown },
  });
  expect(options.overseer.tools?.map(({ name }) => name)).toEqual([
    "list_folder",
    "measure_files",
    "search_text",
    "outline_files",
    "read_file",
  ]);
  const coder = options.workers?.["coder"];
  expect(coder).toMatchObject({
    model: MODELS["slow"],
    fallbacks: [MODELS["fast"]],
    description: "Writes code.",
    instructions: "You write code.\nCarefully.\n",
    environment: "A monorepo.",
    notes: ["Run the tests."],
    profile: "compact",
    lifetime: "persistent",
    toolSet: { deny: ["group:delegation"] },
    limits: {
      iterations: 5,
      toolCalls: 7,
      softWallMs: 90_000,
      hardWallMs: 120_000,
      parallelTools: 2,
      stallMs: 3_600_000,
    },
    timeouts: { firstTokenMs: 20_000, idleMs: 90_000 },
    maxOutputTokens: 1_000,
    budget: { usd: 1.5, tokens: 200_000, toolCalls: 9, workers: 3, wallMs: 600_000, depth: 2 },
    concurrency: 2,
  });
  expect(coder?.tools.map(({ name }) => name)).toEqual(["read_file", "own_tool"]);
  expect(coder?.reportSchema).toEqual({
    type: "object",
    properties: { count: { type: "integer", minimum: 0 }, was: { const: null } },
    required: ["count"],
  });
  const { report = z.never() } = coder ?? {};
  expect(z.safeParse(report, { count: 1 }).success).toBe(true);
  expect(z.safeParse(report, { count: -1 }).error?.issues[0]?.path).toEqual(["count"]);
});

it("what it says is what a colony opens with, and works with", async () => {
  using folder = new ColonyFolder({
    "colony.yaml": `
version: "1"
overseer: { model: fast }
workers:
  helper: { model: slow }
limits: { concurrency: 1 }
`,
  });
  await using colony = await openColony({ ...(await folder.load()), logger: SILENT_LOGGER });
  expect(await (await colony.inject("Hello")).reply()).toBe("Quick.");
  const worker = await colony.spawn("helper", { task: "Go." });
  expect((await worker.report())?.summary).toBe("At length.");
});

it("a tool that goes by a name of the runtime's own is refused where it is wanted, whoever brings it", async () => {
  using folder = new ColonyFolder({
    "colony.yaml":
      'version: "1"\noverseer: { model: fast, tools: [own] }\nworkers: { helper: { tools: [own] } }\n',
  });
  const named = defineTool({ name: "ask_user", description: "Ours.", input: z.object({}), run: () => "ok" });
  const words = 'will not do: the tool name "ask_user" is the runtime\'s own; choose another name';
  expect(await folder.wrong({ tools: { own: named } })).toEqual([
    `colony.yaml:2:11: overseer ${words}`,
    `colony.yaml:3:20: workers.helper ${words}`,
  ]);
});

it("whoever names no model has the overseer's, and that one the default", async () => {
  using folder = new ColonyFolder({
    "colony.yaml": 'version: "1"\noverseer: { models: [fast, slow] }\nworkers: { helper: {} }\n',
    "bare.yaml": 'version: "1"\nworkers: { helper: {} }\n',
  });
  expect((await folder.load()).workers?.["helper"]).toMatchObject({
    model: MODELS["fast"],
    fallbacks: [MODELS["slow"]],
  });
  const defaultModel = MODELS["slow"];
  if (defaultModel === undefined) throw new Error("there is one");
  const bare = await folder.load({ defaultModel: () => defaultModel }, "bare.yaml");
  expect(bare.overseer.models).toEqual([defaultModel]);
  expect(bare.workers?.["helper"]?.model).toBe(defaultModel);
  expect(await folder.wrong({}, "bare.yaml")).toEqual([
    "bare.yaml:1:1: overseer.model is missing; give the name of a model, such as openai/gpt-5",
  ]);
});

it("each model is asked for once", async () => {
  using folder = new ColonyFolder({
    "colony.yaml":
      'version: "1"\noverseer: { model: m }\nworkers: { a: { model: m }, b: { models: [n, m] } }\n',
  });
  const asked: string[] = [];
  await folder.load({
    models: async (name) => {
      asked.push(name);
      return (await Promise.resolve(MODELS["fast"] ?? asked.length)) as never;
    },
  });
  expect(asked.toSorted()).toEqual(["m", "n"]);
});

it("workers stay in lists for ever where that is wanted", async () => {
  using folder = new ColonyFolder({
    "colony.yaml": 'version: "1"\noverseer: { model: fast }\nlimits: { retention: forever }\n',
  });
  expect((await folder.load()).limits).toEqual({ retentionMs: Number.POSITIVE_INFINITY });
});

it("JSON says the same", async () => {
  using folder = new ColonyFolder({
    "colony.json": JSON.stringify(
      { version: "1", overseer: { model: "fast" }, workers: { a: { limits: { softWall: "5m" } } } },
      null,
      "\t",
    ),
  });
  const options = await folder.load({}, "colony.json");
  expect(options.workers?.["a"]?.limits.softWallMs).toBe(300_000);
});

it("a program says it with what only programs have: models, tools, schemas, and times in milliseconds", async () => {
  const root = join(import.meta.dirname, "..");
  using folder = new ColonyFolder({
    "colony.ts": `
import { defineTool, defineWorker } from ${JSON.stringify(join(root, "../runtime/src/index.ts"))};
import { z } from ${JSON.stringify(join(root, "node_modules/zod/index.js"))};
import { createScriptedModel } from ${JSON.stringify(join(root, "../testkit/src/index.ts"))};
const model = createScriptedModel(() => ({ text: "From code." }));
const tool = defineTool({ name: "mine", description: "Mine.", input: z.object({}), run: () => "ok" });
export default {
  version: "1",
  overseer: { model, tools: [tool, "read_file"] },
  workers: {
    made: defineWorker({ model, limits: { softWallMs: 1_000 } }),
    declared: { model: "fast", report: z.object({ n: z.number() }), limits: { softWallMs: 2_000, hardWall: "5s" } },
  },
  limits: { shutdownGraceMs: 3_000 },
} as const;
`,
  });
  const options = await folder.load({}, "colony.ts");
  expect(options.overseer.tools?.map(({ name }) => name)).toEqual(["mine", "read_file"]);
  expect(options.workers?.["made"]?.limits.softWallMs).toBe(1_000);
  expect(options.workers?.["declared"]).toMatchObject({
    model: MODELS["fast"],
    limits: { softWallMs: 2_000, hardWallMs: 5_000 },
    reportSchema: { properties: { n: { type: "number" } } },
  });
  expect(options.limits).toEqual({ shutdownGraceMs: 3_000 });
  await using colony = await openColony({ ...options, logger: SILENT_LOGGER });
  expect(await (await colony.inject("Hello")).reply()).toBe("From code.");
});

it("a program is held to the same, only without lines", async () => {
  using folder = new ColonyFolder({
    "colony.mjs":
      'export default { version: "1", overseer: { model: "fast", limits: { toolCals: 3 } }, worker: {} };',
    "nothing.mjs": "export const colony = {};",
    "broken.mjs": "throw new Error('no such luck');",
  });
  expect((await folder.wrong({}, "colony.mjs")).toSorted()).toEqual([
    "colony.mjs: overseer.limits.toolCals is no key that there is (did you mean toolCalls?); there are: iterations, toolCalls, softWall, hardWall, parallelTools, stall",
    "colony.mjs: worker is no key that there is (did you mean workers?); there are: version, extend, owner, overseer, workers, limits, budget, retention, prices, mcpServers, notify",
  ]);
  expect(await folder.wrong({}, "nothing.mjs")).toEqual([
    'nothing.mjs: exports nothing by default; write export default { version: "1", ... }',
  ]);
  expect(await folder.wrong({}, "broken.mjs")).toEqual(["broken.mjs: cannot be loaded: no such luck"]);
});

it("a file that is not there, or of another kind, is refused", async () => {
  using folder = new ColonyFolder({ "colony.toml": "version = 1" });
  const path = (name: string): string => join(folder.path, name);
  expect(await refusal(folder.load({}, "none.yaml"))).toEqual([
    "colony_file.not_found",
    `there is no file "${path("none.yaml")}"; name another one`,
  ]);
  expect(await refusal(folder.load({}, "colony.toml"))).toEqual([
    "colony_file.invalid",
    `"${path("colony.toml")}" is no colony file; its name must end in one of .yaml, .yml, .json, .ts, .mts, .js, .mjs`,
  ]);
});

it("the example of the documentation is a file, and nothing is wrong with it but what is not there", async () => {
  const docs = readFileSync(join(import.meta.dirname, "../../../docs/definitions.md"), "utf8");
  const [, example = ""] = /```yaml\n([\s\S]*?)```/u.exec(docs) ?? [];
  using folder = new ColonyFolder({
    "colony.yaml": example.replaceAll("npx", "no-such-program"),
    "base.yaml": 'version: "1"\n',
    "prompts/overseer.md": "Lead.",
  });
  const models = (): Model => MODELS["fast"] as Model;
  const lines = await folder.wrong({ models, env: { GITHUB_TOKEN: "t", NOTES_TOKEN: "t" } });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('mcpServers.github cannot be used: the MCP server "github" is not there');
});

it("a pattern in a report is held to, and holds nobody up", async () => {
  using folder = new ColonyFolder({
    "colony.yaml": `version: "1"
overseer: { model: fast }
workers:
  a: { report: { type: object, properties: { a: { type: string, pattern: "^(a+)+$" } } } }
`,
  });
  const { report = z.never() } = (await folder.load()).workers?.["a"] ?? {};
  const words = (a: string): string | undefined => z.safeParse(report, { a }).error?.issues[0]?.message;
  expect(words("aa")).toBeUndefined();
  expect(words("b")).toMatch(/pattern/u);
  expect(words(`${"a".repeat(60)}!`)).toMatch(/^its check took more than 0\.5 s/u);
});
