import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { ColonyEvent } from "@colony/core";
import { openSqliteStore } from "@colony/storage-sqlite";
import { checkPromises, readAll } from "@colony/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-restart-"));
});
afterEach(() => rm(root, { recursive: true }));

const require = createRequire(import.meta.url);
const moduleOf = (name: string): string => JSON.stringify(pathToFileURL(require.resolve(name)).href);

/** Where the process kills itself: before its n-th append, or when its n-th commit is on disk and nobody knows of it. */
interface Cut {
  readonly at: "before" | "after" | "never";
  readonly n: number;
}

/** What every scenario has: models that answer by what they have heard, and a tool whose every run stands in a file. */
const COMMON = `
  const heard = ({ prompt }) => prompt.flatMap((message) =>
    message.role === "user" ? message.content.map((part) => part.text) : []);
  const made = ({ prompt }) => prompt.filter(({ role }) => role === "tool").length;
  const charge = defineTool({
    name: "charge", description: "charges", input: z.object({ what: z.string() }), effect: "once",
    run: ({ what }, { callKey }) => { appendFileSync(charges, what + " " + callKey + "\\n"); return "charged"; },
  });
  const remember = (request) => ({ text: "heard: " + heard(request).join(" | ") });
  const worker = createScriptedModel((request) => made(request) === 0
    ? { toolCalls: [{ name: "charge", input: { what: heard(request).at(-1) } }] }
    : { toolCalls: [{ name: "report_to_parent", input: { status: "success", summary: heard(request).join(" | ") } }] });
  const open = (model, tools = []) => openColony({
    dir, store: { log, snapshots: store.snapshots, blobs: store.blobs },
    overseer: { model: createScriptedModel(model), tools },
    workers: { helper: defineWorker({ model: worker, tools: [charge] }) },
  });
  const ask = async (colony, text, options = {}) =>
    await colony.inject(text, { idempotencyKey: text, ...options });
`;

const SCENARIOS = {
  chat: `
    const colony = await open(remember);
    const receipts = [await ask(colony, "one"), await ask(colony, "two")];
    await Promise.all(receipts.map((receipt) => receipt.reply()));
  `,
  "fan-out": `
    const tasks = ["a", "b", "c", "d", "e"].map((task) => ({ task, name: task }));
    const colony = await open((request) =>
      made(request) === 0 ? { toolCalls: [{ name: "spawn_workers", input: { tasks } }] } : remember(request));
    await (await ask(colony, "go")).reply();
  `,
  steering: `
    const colony = await open((request) => {
      const left = ["x", "y"].slice(made(request));
      return left.length > 0 ? { toolCalls: [{ name: "charge", input: { what: left[0] } }] } : remember(request);
    }, [charge]);
    const receipts = [await ask(colony, "go"), await ask(colony, "faster", { mode: "steer" })];
    await Promise.all(receipts.map((receipt) => receipt.reply()));
  `,
  effects: `
    const tool = (name, effect, run, reconcile) => defineTool({
      name, description: name, input: z.object({}), effect, run, ...(reconcile === undefined ? {} : { reconcile }),
    });
    const note = (name, key) => appendFileSync(name === "put" ? dir + ".puts" : charges, name + " " + key + "\\n");
    const tools = [
      tool("look", "pure", () => "seen"),
      tool("put", "idempotent", (_, { callKey }) => void note("put", callKey)),
      tool("pay", "once", (_, { callKey }) => void note("pay", callKey)),
      tool("known", "once", (_, { callKey }) => void note("known", callKey), (key) =>
        existsSync(charges) && readFileSync(charges, "utf8").includes("known " + key)
          ? { outcome: "done", output: "was done" } : { outcome: "never_happened" }),
    ];
    const colony = await open((request) => made(request) === 0
      ? { toolCalls: ["look", "put", "known", "pay", "look"].map((name, n) => ({ id: "e" + n, name, input: {} })) }
      : remember(request), tools);
    await (await ask(colony, "go")).reply();
  `,
  seeded: `
    const colony = await open(remember);
    const messages = [
      { role: "user", origin: "chat", text: "long ago" },
      { role: "assistant", parts: [{ type: "text", text: "I remember" }] },
    ];
    if (!colony.overseer.record.seeded) await colony.seed({ messages });
    const known = colony.agents().find(({ name }) => name === "S");
    const seeded = known === undefined
      ? await colony.spawn("helper", { task: "t", name: "S", parent: "overseer", seed: { messages } })
      : colony.agent(known.id);
    await seeded.report();
    await (await ask(colony, "go")).reply();
  `,
} as const;

type Scenario = keyof typeof SCENARIOS;

/** A colony folder to run a scenario in. */
interface Job {
  readonly dir: string;
  readonly cut: Cut;
}

/** What a process says of a scenario that it has brought to its end. */
interface Whole {
  readonly appends: number;
  readonly commits: number;
  readonly last: string;
}

const NEVER: Cut = { at: "never", n: 0 };

/** One process that runs a scenario in one folder after the other, until it kills itself. */
async function live(scenario: Scenario, jobs: readonly Job[]): Promise<readonly Whole[] | undefined> {
  const code = `
    import { appendFileSync, existsSync, readFileSync } from "node:fs";
    import { defineTool, defineWorker, openColony } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    import { openSqliteStore } from ${moduleOf("@colony/storage-sqlite")};
    import { createScriptedModel } from ${moduleOf("@colony/testkit")};
    import { z } from ${moduleOf("zod")};
    const wholes = [];
    for (const { dir, cut } of ${JSON.stringify(jobs)}) {
      const charges = dir + ".charges";
      const die = () => process.kill(process.pid, "SIGKILL");
      const store = await openSqliteStore({ dir, access: "owner", synchronous: "normal" });
      let appends = 0, commits = 0;
      store.log.onAppended(() => { commits += 1; if (cut.at === "after" && commits === cut.n) die(); });
      const log = { ...store.log, append(append) {
        appends += 1;
        if (cut.at === "before" && appends === cut.n) die();
        return store.log.append(append);
      } };
      ${COMMON}
      ${SCENARIOS[scenario]}
      await colony.idle();
      const last = await (await ask(colony, "what did I say?")).reply();
      await colony.close();
      await store.close();
      wholes.push({ appends, commits, last });
    }
    process.stdout.write(JSON.stringify(wholes));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let problems = "";
  child.stdout.on("data", (data) => (out += String(data)));
  child.stderr.on("data", (data) => (problems += String(data)));
  const [exit, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  if (signal === "SIGKILL") return undefined;
  expect({ exit, problems }).toEqual({ exit: 0, problems: "" });
  return JSON.parse(out) as readonly Whole[];
}

/** What is wrong with what is on disk, after a process was killed there and another one has finished. */
async function wrong(scenario: Scenario, { dir }: Job, last: string): Promise<readonly string[]> {
  const store = await openSqliteStore({ dir, access: "reader" });
  const events = await readAll(store.log);
  await store.close();
  const file = await readFile(`${dir}.charges`, "utf8").catch(() => "");
  const runs = file.split("\n").filter((line) => line !== "");
  const puts = await readFile(`${dir}.puts`, "utf8").catch(() => "");
  const keys = new Set(puts.split("\n").filter((line) => line !== ""));
  return [
    ...checkPromises(events),
    ...inFull(scenario, events),
    ...(new Set(runs).size === runs.length ? [] : [`a once tool ran twice: ${runs.join(", ")}`]),
    ...(keys.size === (scenario === "effects" ? 1 : 0) ? [] : [`put has the keys ${[...keys].join(", ")}`]),
    ...(scenario === "effects" && !runs.some((run) => run.startsWith("known ")) ? ["known never ran"] : []),
    ...remembers(scenario, last),
  ];
}

const EXPECTED = {
  chat: { inputs: ["one", "two"], workers: [], remembered: ["one", "two"] },
  "fan-out": {
    inputs: ["go"],
    workers: ["a", "b", "c", "d", "e"],
    remembered: ["go", '"summary":"a"', '"summary":"e"'],
  },
  steering: { inputs: ["go", "faster"], workers: [], remembered: ["go", "faster"] },
  effects: { inputs: ["go"], workers: [], remembered: ["go"] },
  seeded: { inputs: ["go"], workers: ["t"], remembered: ["long ago", "go", "long ago | t"] },
} as const satisfies Record<Scenario, object>;

/** Each input is received once and served by an execution that was completed; each task has one worker. */
function inFull(scenario: Scenario, events: readonly ColonyEvent[]): readonly string[] {
  const { inputs, workers } = EXPECTED[scenario];
  const received = events.flatMap((event) => (event.type === "INPUT_RECEIVED" ? [event.data.text] : []));
  const tasks = events.flatMap((event) =>
    event.type === "AGENT_SPAWNED" && event.data.kind === "worker" ? [event.data.task] : [],
  );
  const failed = events.filter(({ type }) => /^EXECUTION_(?:FAILED|CANCELLED|TIMED_OUT|LOST)$/.test(type));
  const reports = events.filter(({ type }) => type === "SUBAGENT_REPORT");
  return [
    ...(same(received, [...inputs, "what did I say?"]) ? [] : [`received were ${received.join(", ")}`]),
    ...(same(tasks, workers) ? [] : [`spawned were ${tasks.join(", ")}`]),
    ...failed.map(({ id, type }) => `${id} is ${type}`),
    ...(reports.length === workers.length ? [] : [`there are ${reports.length} reports`]),
  ];
}

function remembers(scenario: Scenario, last: string): readonly string[] {
  return EXPECTED[scenario].remembered
    .filter((words) => !last.includes(words))
    .map((words) => `"${words}" is forgotten in: ${last}`);
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

it.each<[Scenario, number]>([
  ["chat", 1],
  ["steering", 2],
  ["effects", 3],
  ["seeded", 3],
  ["fan-out", 8],
])(
  "a process that is killed in the middle of %s (every %i. write) is followed by one that finishes it in full",
  async (scenario, every) => {
    const [whole] = (await live(scenario, [{ dir: join(root, "whole"), cut: NEVER }])) ?? [];
    expect(remembers(scenario, whole?.last ?? "")).toEqual([]);
    const jobs = (["before", "after"] as const).flatMap((at) =>
      Array.from({ length: (at === "before" ? whole?.appends : whole?.commits) ?? 0 }, (_, index): Job => {
        const n = index + 1;
        return { dir: join(root, `${at}-${n}`), cut: { at, n } };
      }).filter(({ cut }) => cut.n % every === 0),
    );
    expect(jobs.length).toBeGreaterThan(5);
    const left = [...jobs];
    const killNext = async (): Promise<void> => {
      for (let job = left.pop(); job !== undefined; job = left.pop()) await live(scenario, [job]);
    };
    await Promise.all([killNext(), killNext()]);
    const finished =
      (await live(
        scenario,
        jobs.map(({ dir }) => ({ dir, cut: NEVER })),
      )) ?? [];
    expect(finished).toHaveLength(jobs.length);
    const problems: string[] = [];
    for (const [index, job] of jobs.entries())
      for (const problem of await wrong(scenario, job, finished[index]?.last ?? ""))
        problems.push(`${job.cut.at} ${job.cut.n}: ${problem}`);
    expect(problems).toEqual([]);
  },
  240_000,
);

it("what people saw of an answer before its process was killed is kept as superseded, on a real disk", async () => {
  const dir = join(root, "draft");
  const program = (turn: string, then: string): string => `
    import { openColony } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
    import { createScriptedModel } from ${moduleOf("@colony/testkit")};
    const model = createScriptedModel(() => (${turn}));
    const colony = await openColony({ dir: ${JSON.stringify(dir)}, overseer: { model } });
    const receipt = await colony.inject("tell me", { idempotencyKey: "1" });
    ${then}
  `;
  const run = (code: string) =>
    spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "ignore", "inherit"] });
  const speaking = run(
    program(
      '{ text: ["Half ", "of it"], during: new Promise(() => undefined) }',
      "setInterval(() => {}, 1e9);",
    ),
  );
  const dead = once(speaking, "close");
  const drafted = async (): Promise<boolean> => {
    const reader = await openSqliteStore({ dir, access: "reader" }).catch(() => undefined);
    const drafts = (await reader?.drafts.list()) ?? [];
    await reader?.close();
    return drafts.some(({ text }) => text === "Half of it");
  };
  while (!(await drafted())) await sleep(50);
  speaking.kill("SIGKILL");
  await dead;
  const answering = run(program('{ text: "All of it." }', "await receipt.reply(); await colony.close();"));
  expect(await once(answering, "close")).toEqual([0, null]);
  const store = await openSqliteStore({ dir, access: "reader" });
  const events = await readAll(store.log);
  await store.close();
  expect(events.filter(({ type }) => type === "MODEL_CALL_FAILED")).toMatchObject([
    { data: { lost: true, supersededText: "Half of it" } },
  ]);
  expect(events.findLast(({ type }) => type === "EXECUTION_COMPLETED")).toMatchObject({
    data: { output: "All of it." },
  });
  expect(checkPromises(events)).toEqual([]);
});
