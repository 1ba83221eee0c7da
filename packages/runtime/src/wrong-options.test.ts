import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createScriptedModel } from "@colony/testkit";
import { afterAll, expect, it } from "vitest";
import { z } from "zod";
import * as face from "./index.ts";
import { call, object, options, value, wrongCalls, type CallRow } from "./testing/call-table.ts";
import { answerTo, isOneSentence } from "./testing/wrong-values.ts";

// Every function that the package exports, given every wrong type in every place.

const root = mkdtempSync(join(tmpdir(), "colony-wrong-options-"));
const missing = join(root, "missing");
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SETTINGS = ["settings.invalid"] as const;
const DEFINITION = ["definition.invalid"] as const;
const USAGE = ["usage.invalid"] as const;
const model = createScriptedModel([]);
const tool = { name: "pay", description: "Pays.", input: z.object({}), run: () => 1 };
const BUDGET = {
  usd: "amount",
  tokens: "amount",
  toolCalls: "whole",
  workers: "whole",
  depth: "whole",
  wallMs: "amount",
} as const;
const TOOL_SET = { allow: "list", deny: "list", groups: "list" } as const;
const AGENT = {
  model: "object",
  models: "object",
  instructions: "text",
  tools: "list",
  environment: "text",
  notes: "list",
  profile: "object",
  toolSet: "options",
  limits: "options",
  hooks: "run",
  timeouts: "options",
  maxOutputTokens: "fromOne",
} as const;
const WORKER = {
  ...AGENT,
  description: "text",
  lifetime: "word",
  report: "object",
  concurrency: "fromOne",
  budget: "options",
} as const;
const TRIGGER = { id: "key", text: "key", to: "text", mode: "word", missed: "word", cron: "word" } as const;
const dir = value("key", missing);

const FUNCTIONS: Readonly<Record<string, CallRow>> = {
  openColony: call(
    [...SETTINGS, ...DEFINITION],
    object(
      {
        dir: "key",
        overseer: "object",
        workers: "options",
        limits: "options",
        owner: "key",
        access: "run",
        notifier: "object",
        retention: "options",
        logger: "object",
        budget: "options",
        store: "object",
        durability: "word",
        takeOver: "flag",
        clock: "object",
        ids: "object",
        processes: "object",
      },
      { overseer: { model } },
    ),
  ),
  openColonyReader: call(SETTINGS, object({ dir: "key" }, { dir: missing })),
  openColonySender: call(SETTINGS, object({ dir: "key" }, { dir: missing })),
  setFolderBudget: call(SETTINGS, dir, options(BUDGET)),
  setFolderTrigger: call(
    [...SETTINGS, "trigger.invalid"],
    dir,
    object(TRIGGER, { everyMs: 1_000, text: "go" }),
  ),
  removeFolderTrigger: call([...SETTINGS, "trigger.invalid"], dir, value("text", "build")),
  pruneFolder: call([...SETTINGS, ...USAGE], dir, options({ olderThanMs: "ms" })),
  defineTool: call(
    DEFINITION,
    object(
      {
        name: "key",
        description: "text",
        input: "object",
        inputSchema: "options",
        effect: "word",
        group: "key",
        run: "run",
        reconcile: "run",
      },
      tool,
    ),
  ),
  defineWorker: call(DEFINITION, object(WORKER, { model })),
  commandNotifier: call(
    SETTINGS,
    object({ command: "key", args: "list", timeoutMs: "word" }, { command: "true" }),
  ),
  webhookNotifier: call(
    SETTINGS,
    object({ url: "word", secret: "key", timeoutMs: "word" }, { url: "http://127.0.0.1/", secret: "s" }),
  ),
  modelFetch: call(SETTINGS, options({ mostBytes: "fromOne", connectMs: "word" })),
  logNotifier: call(SETTINGS, value("object", undefined)),
  createLogger: call(SETTINGS, options({ level: "word", destination: "key" })),
  closeOnSignals: call(
    USAGE,
    value("object", { close: () => Promise.resolve() }),
    options({ onSignal: "run" }),
  ),
  pricesOf: call(SETTINGS, value("pricing", {})),
  readSeed: call(["seed.unreadable"], value("key", missing), options({ signal: "signal" })),
  exportParts: call(
    USAGE,
    value("list", []),
    value("key", missing),
    object(
      { agentId: "text", systemPrompt: "text", maxContextTokens: "fromOne", outputKeys: "list" },
      { agentId: "overseer", systemPrompt: "" },
    ),
  ),
  toJsonl: call(USAGE, value("list", [])),
  toMarkdown: call(USAGE, value("list", []), object({ title: "text", facts: "options" }, { title: "Talk" })),
};

/** What is given to these is not the caller's: a policy is called by the colony, an error is made by it. */
const NOT_CALLED = ["ownerOnly", "ColonyError"];

const exported = face as unknown as Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

it("every function that is exported has been tried wrong", () => {
  const functions = Object.entries(exported).flatMap(([name, made]) =>
    typeof made === "function" ? [name] : [],
  );
  expect(functions.toSorted()).toEqual([...Object.keys(FUNCTIONS), ...NOT_CALLED].toSorted());
});

async function slips(calls: Readonly<Record<string, CallRow>>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, row] of Object.entries(calls))
    for (const [index, { given, place }] of [...wrongCalls(row)].entries()) {
      const { refused, sentence } = await answerTo(async () => await exported[name]?.(...given));
      const where = `${name}, wrong call ${index + 1}, ${place}`;
      if (!row.codes.some((code) => code === refused)) found.push(`${where}: ${refused}: ${sentence}`);
      else if (!isOneSentence(sentence)) found.push(`${where}: no sentence: ${sentence}`);
    }
  return found;
}

it.each(Object.keys(FUNCTIONS))(
  "%s refuses a wrong type in one sentence, before it does anything",
  async (name) => {
    const row = FUNCTIONS[name];
    expect(row === undefined ? ["no row"] : await slips({ [name]: row })).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  },
);

it("so are options that stand in others", async () => {
  const nested: readonly (readonly [
    string,
    (inner: object) => object,
    CallRow["slots"][number]["options"],
  ])[] = [
    [
      "openColony",
      (limits) => ({ overseer: { model }, limits }),
      {
        concurrency: "fromOne",
        retentionMs: "ms",
        maxDepth: "whole",
        shutdownGraceMs: "graceMs",
        processGraceMs: "graceMs",
        notifyTimeoutMs: "word",
      },
    ],
    ["openColony", (retention) => ({ overseer: { model }, retention }), { keepMs: "ms", prune: "word" }],
    ["openColony", (budget) => ({ overseer: { model }, budget }), BUDGET],
    ["openColony", (overseer) => ({ overseer: { model, ...overseer } }), AGENT],
    ["defineWorker", (budget) => ({ model, budget }), BUDGET],
    ["defineWorker", (toolSet) => ({ model, toolSet }), TOOL_SET],
    ["defineWorker", (timeouts) => ({ model, timeouts }), { firstTokenMs: "word", idleMs: "word" }],
    [
      "defineWorker",
      (limits) => ({ model, limits }),
      { iterations: "fromOne", toolCalls: "whole", softWallMs: "word", hardWallMs: "word", stallMs: "word" },
    ],
    [
      "defineWorker",
      (profile) => ({ model, profile: { sections: ["work"], ...profile } }),
      { sections: "list", maxSectionCharacters: "word", maxTools: "whole" },
    ],
  ];
  const found: string[] = [];
  for (const [name, around, table] of nested)
    for (const { given, place } of wrongCalls(call([], options(table)))) {
      if (place === "argument 1") continue;
      const inner = given[0] as object;
      const { refused, sentence } = await answerTo(async () => await exported[name]?.(around(inner)));
      const isRefused = refused === "settings.invalid" || refused === "definition.invalid";
      if (!isRefused || !isOneSentence(sentence))
        found.push(`${name} ${JSON.stringify(Object.keys(around(inner)))} ${place}: ${refused}: ${sentence}`);
    }
  expect(found).toEqual([]);
});
