import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openSqliteStore } from "@colony/storage-sqlite";
import { checkPromises, readAll } from "@colony/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { chargedIn, reportsIn } from "./testing/priced-colony.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-budget-"));
});
afterEach(() => rm(root, { recursive: true }));

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

const WORKERS = 50;
/** What a process that is killed leaves to the next is less than it needs, so that all of it binds. */
const BUDGET = { usd: 40, toolCalls: 40, workers: WORKERS } as const;

interface Life {
  /** It kills itself when it has stored so many events; never where that is 0. */
  readonly killAt: number;
  /** Sets it before it begins; else it goes on with what was set before. */
  readonly budget?: object;
  /** Workers that it spawns besides those there are. */
  readonly spawns?: number;
}

interface Rest {
  readonly stored: number;
  readonly budget: { readonly budget: object; readonly spent: { readonly usd: number } };
}

/** One process with fifty workers, whose provider and tool write down outside what they were asked for. */
async function live(dir: string, life: Life): Promise<Rest | "killed"> {
  const code = `
    import { appendFileSync } from "node:fs";
    import { defineTool, defineWorker, openColony } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    import { openSqliteStore } from ${moduleOf("@colony/storage-sqlite")};
    import { createScriptedModel } from ${moduleOf("@colony/testkit")};
    import { z } from ${moduleOf("zod")};
    const { dir, killAt, budget, spawns } = ${JSON.stringify({ dir, ...life })};
    const store = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
    let stored = 0;
    store.log.onAppended(({ length }) => {
      stored += length;
      if (killAt > 0 && stored >= killAt) process.kill(process.pid, "SIGKILL");
    });
    const turns = ({ prompt }) => prompt.filter(({ role }) => role === "assistant").length;
    const look = defineTool({
      name: "look", description: "looks", input: z.object({ n: z.number() }), effect: "pure",
      run: async () => { appendFileSync(dir + ".runs", "run\\n"); await new Promise((done) => setTimeout(done, 2)); return "seen"; },
    });
    const tasks = Array.from({ length: ${WORKERS} }, (_, n) => ({ task: "part " + n }));
    const overseer = createScriptedModel((request) => turns(request) === 0
      ? { toolCalls: [{ name: "spawn_workers", input: { tasks } }] } : { text: "waiting" }, { modelId: "overseer" });
    const helper = createScriptedModel((request) => {
      appendFileSync(dir + ".billed", "0.34\\n");
      return {
        ...(turns(request) < 2 ? { toolCalls: [{ id: "l" + turns(request), name: "look", input: { n: turns(request) } }] } : { text: "done" }),
        usage: { inputTokens: 300, outputTokens: 40 },
        before: new Promise((done) => setTimeout(done, 2)),
      };
    }, { modelId: "helper" });
    const colony = await openColony({
      dir, store: { log: store.log, snapshots: store.snapshots, blobs: store.blobs },
      limits: { concurrency: ${WORKERS} },
      ...(budget === undefined ? {} : { budget }),
      prices: (model, { inputTokens, outputTokens }) =>
        model.endsWith("overseer") ? 0 : (inputTokens + outputTokens) / 1000,
      overseer: { model: overseer },
      workers: { helper: defineWorker({ model: helper, tools: [look], maxOutputTokens: 100 }) },
    });
    await (await colony.inject("go", { idempotencyKey: "1" })).outcome();
    for (let n = 0; n < (spawns ?? 0); n += 1) await colony.spawn("helper", { task: "more" });
    await colony.idle();
    const rest = { stored, budget: colony.budget() };
    await colony.close();
    await store.close();
    process.stdout.write(JSON.stringify(rest));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, problems] = ["", ""];
  child.stdout.on("data", (data) => (out += String(data)));
  child.stderr.on("data", (data) => (problems += String(data)));
  const [exit, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal === "SIGKILL") return "killed";
  expect({ exit, problems }).toEqual({ exit: 0, problems: "" });
  return JSON.parse(out) as Rest;
}

async function eventsIn(dir: string) {
  const store = await openSqliteStore({ dir, access: "reader" });
  const events = await readAll(store.log);
  await store.close();
  return events;
}

async function linesIn(file: string): Promise<readonly string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

it("fifty workers over SQLite whose process is killed with SIGKILL, twice: nothing beyond the budget, by the log and by the outside world", async () => {
  const whole = await live(join(root, "whole"), { killAt: 0, budget: BUDGET });
  if (whole === "killed") throw new Error("nobody was to be killed");
  expect(whole.stored).toBeGreaterThan(200);
  for (const share of [0.15, 0.4, 0.65]) {
    const dir = join(root, `at-${share}`);
    const killAt = Math.floor(whole.stored * share);
    expect(await live(dir, { killAt, budget: BUDGET })).toBe("killed");
    await live(dir, { killAt: 5 });
    await live(dir, { killAt: 0 });
    const events = await eventsIn(dir);
    const billed = (await linesIn(`${dir}.billed`)).reduce((sum, line) => sum + Number(line), 0);
    expect(checkPromises(events)).toEqual([]);
    expect(reportsIn(events)).toHaveLength(WORKERS);
    expect(reportsIn(events).some(({ cause }) => cause === "budget_exhausted")).toBe(true);
    expect(chargedIn(events)).toBeLessThanOrEqual(BUDGET.usd);
    expect(billed).toBeLessThanOrEqual(BUDGET.usd);
    expect((await linesIn(`${dir}.runs`)).length).toBeLessThanOrEqual(BUDGET.toolCalls);
  }
}, 120_000);

it("a budget that was raised is what the next process goes on with, and what lost calls may have cost stays charged", async () => {
  const dir = join(root, "raised");
  expect(await live(dir, { killAt: 300, budget: { usd: 20 } })).toBe("killed");
  const first = await live(dir, { killAt: 0 });
  if (first === "killed") throw new Error("nobody was to be killed");
  expect(first.budget.budget).toEqual({ usd: 20 });
  expect(first.budget.spent.usd).toBeLessThanOrEqual(20);
  expect(first.budget.spent.usd).toBeCloseTo(chargedIn(await eventsIn(dir)));
  const raised = await live(dir, { killAt: 0, budget: { usd: 60 }, spawns: 3 });
  if (raised === "killed") throw new Error("nobody was to be killed");
  expect(
    reportsIn(await eventsIn(dir))
      .slice(-3)
      .map(({ status }) => status),
  ).toEqual(["success", "success", "success"]);
  const last = await live(dir, { killAt: 0 });
  expect(last).toMatchObject({ budget: { budget: { usd: 60 }, spent: raised.budget.spent } });
}, 120_000);
