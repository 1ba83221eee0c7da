// What Colony costs, beside what the same work costs without it: `npm run bench [-- <part of a line's name> ...] [--quick]`.

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { coldStart } from "./lines/cold-start.ts";
import { crowd } from "./lines/crowd.ts";
import { durableEvents } from "./lines/durable-events.ts";
import { executionCpu } from "./lines/execution-cpu.ts";
import { fold } from "./lines/fold.ts";
import { inject } from "./lines/inject.ts";
import { manyAgents } from "./lines/many-agents.ts";
import { opening } from "./lines/opening.ts";
import { telling } from "./lines/telling.ts";
import { waitingMemory } from "./lines/waiting-memory.ts";
import type { Line, Size } from "./measure/line.ts";
import type { Row } from "./measure/row.ts";
import { tableOf } from "./measure/table.ts";

const LINES: readonly Line[] = [
  executionCpu,
  waitingMemory,
  crowd,
  durableEvents,
  telling,
  fold,
  manyAgents,
  inject,
  coldStart,
  opening,
];

const args = process.argv.slice(2);
const quick = args.includes("--quick");
const parts = args.filter((arg) => arg !== "--quick").map((part) => part.toLowerCase());
const chosen = LINES.filter(
  ({ name }) => parts.length === 0 || parts.some((part) => name.toLowerCase().includes(part)),
);

if (chosen.length === 0) {
  process.stderr.write(
    `no line matches ${parts.join(", ")}; lines are:\n${LINES.map(({ name }) => `  ${name}\n`).join("")}`,
  );
  process.exitCode = 2;
} else {
  await run(chosen, { quick, rounds: quick ? 2 : 5 });
}

async function run(lines: readonly Line[], size: Size): Promise<void> {
  const startedAt = performance.now();
  const rows: Row[] = [];
  for (const line of lines) {
    const from = performance.now();
    try {
      rows.push(...(await line.measure(size)));
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(
        `${line.name} crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    }
    process.stderr.write(`${line.name}: measured in ${seconds(from)} s\n`);
  }
  process.stdout.write(`\n${tableOf(rows)}\n\n${savedTo(rows, size)}, after ${seconds(startedAt)} s\n`);
}

function savedTo(rows: readonly Row[], size: Size): string {
  const date = new Date().toISOString();
  const folder = `${import.meta.dirname}/../bench-results`;
  const file = `${date.replaceAll(":", "-").slice(0, 19)}.json`;
  const machine = {
    node: process.version,
    platform: process.platform,
    cpus: cpus().length,
    cpu: cpus()[0]?.model,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${file}`, `${JSON.stringify({ date, machine, ...size, rows }, null, 2)}\n`);
  return `written to bench-results/${file}`;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1e3).toFixed(1);
}
