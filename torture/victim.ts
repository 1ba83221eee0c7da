// The process that is killed: a real colony on a real disk, with an overseer that delegates and workers whose tool has an
// effect on the outside world. Inputs come from standard input, one a line; each is said to be accepted when it is durable.

import { appendFileSync, closeSync, fsyncSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Model, ModelRequest } from "@colony/core";
import { defineTool, defineWorker, openColony } from "@colony/runtime";
import { createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { z } from "zod";

/** By this a process of the torture is told from others, whoever started it. */
const MARK = "COLONY_TORTURE";

const [dir = "", effects = "", workers = "50"] = process.argv.slice(2);

/** What a prompt ends with, and which calls it holds. */
function read({ prompt }: ModelRequest): {
  readonly last: string;
  readonly asked: string;
  readonly calls: readonly string[];
} {
  let asked = "";
  let last = "";
  let calls: string[] = [];
  for (const message of prompt) {
    if (message.role === "system") continue;
    for (const part of message.content) {
      if (part.type === "text") last = part.text;
      if (message.role === "user" && part.type === "text" && part.text.startsWith("job ")) {
        asked = part.text;
        calls = [];
      }
      if (part.type === "tool-call") calls.push(part.toolName);
      if (part.type === "tool-result") last = `result of ${part.toolName}`;
    }
  }
  return { last, asked, calls };
}

/** Real models take their time, so that a kill can fall in the middle of a call. */
function thinking(mostMs: number, answer: (request: ModelRequest) => ScriptedTurn): Model {
  const turn = (request: ModelRequest): ScriptedTurn => ({
    ...answer(request),
    before: sleep(1 + Math.random() * mostMs),
  });
  return createScriptedModel(turn, { keepsRequests: false });
}

const overseer = thinking(10, (request) => {
  const { last, asked, calls } = read(request);
  if (calls.includes("spawn_workers"))
    return { text: last.includes("<worker_report") ? "thank you" : `${asked} is under way` };
  const tasks = [1, 2, 3, 4, 5, 6].map((part) => ({ task: `part ${part} of ${asked}` }));
  return {
    toolCalls: [{ id: `spawn-${asked.replaceAll(/\W/g, "-")}`, name: "spawn_workers", input: { tasks } }],
  };
});

const helper = thinking(150, (request) => {
  const needed = /part [36] of/.test(JSON.stringify(request.prompt))
    ? ["look", "build", "charge"]
    : ["look", "charge"];
  const next = needed[read(request).calls.length];
  if (next !== undefined) return { toolCalls: [{ id: next, name: next, input: {} }] };
  return {
    toolCalls: [{ id: "report", name: "report_to_parent", input: { status: "success", summary: "charged" } }],
  };
});

const charge = defineTool({
  name: "charge",
  description: "Has an effect on the outside world that must not be had twice.",
  input: z.object({}),
  effect: "once",
  run(_input, { callKey }) {
    const file = openSync(effects, "a");
    appendFileSync(file, `${callKey}\n`);
    fsyncSync(file);
    closeSync(file);
    return "charged";
  },
});

const look = defineTool({
  name: "look",
  description: "Has no effect.",
  input: z.object({}),
  effect: "pure",
  run: async () => {
    await sleep(Math.random() * 10);
    return "seen";
  },
});

const build = defineTool({
  name: "build",
  description: "Runs a program that takes its time and starts another one.",
  input: z.object({}),
  effect: "pure",
  run: async (_input, { runProcess }) => {
    const script = `sleep ${(Math.random() * 0.3).toFixed(3)} & wait; echo built`;
    const { stdout } = await runProcess("sh", ["-c", script], { env: { [MARK]: dir } });
    return stdout;
  },
});

await using colony = await openColony({
  dir,
  overseer: { model: overseer },
  workers: { helper: defineWorker({ model: helper, tools: [look, build, charge] }) },
  limits: { concurrency: Number(workers) },
  // Whatever has been over for two seconds is pruned by whoever is started next, and by its successor where it is killed.
  retention: { prune: "events", keepMs: 2_000 },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const receipts: Promise<unknown>[] = [];
say("open");
for await (const line of createInterface({ input: process.stdin })) {
  const text = line.trim();
  if (text === "rest") break;
  const receipt = await colony.inject(text, { idempotencyKey: text });
  say(`accepted ${text}`);
  receipts.push(receipt.outcome());
}
process.stdin.destroy();
await Promise.all(receipts);
await colony.idle();
say("at rest");
