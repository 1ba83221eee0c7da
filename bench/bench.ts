// What Colony costs, beside what the same work costs without it: `npm run bench [-- <part of a line's name> ...] [--quick]`.
// And beside other agent runtimes, which it installs: `npm run bench -- peers [<part of a name> ...] [--quick]`.

import { LINES } from "./lines/lines.ts";
import { runChild } from "./measure/child.ts";
import type { Line, Size } from "./measure/line.ts";
import { Rows, type Row } from "./measure/row.ts";
import { save } from "./measure/save.ts";
import { tableOf } from "./measure/table.ts";
import { measurePeers } from "./peers/measure-peers.ts";
import { OURS } from "./peers/peers.ts";
import { peersTable } from "./peers/peers-table.ts";

const args = process.argv.slice(2);
const quick = args.includes("--quick");
const parts = args.filter((arg) => arg !== "--quick").map((part) => part.toLowerCase());
const chosen = LINES.filter(
  ({ name }) => parts.length === 0 || parts.some((part) => name.toLowerCase().includes(part)),
);

const USAGE = `usage: npm run bench [-- PART ...] [--quick]
       npm run bench -- peers [PART ...] [--quick]

Measures the lines whose names have one of the parts in them, or all; with --quick less exactly. Lines are:
  peers (other agent runtimes, which are installed for it)
${LINES.map(({ name }) => `  ${name}\n`).join("")}`;
const unknown = args.find((arg) => arg.startsWith("-") && !["--quick", "--help", "-h"].includes(arg));

if (args.includes("--help") || args.includes("-h")) {
  process.stdout.write(USAGE);
} else if (unknown !== undefined) {
  process.stderr.write(`there is no option ${unknown}\n\n${USAGE}`);
  process.exitCode = 2;
} else if (parts[0] === "peers") {
  await runPeers(parts.slice(1), { quick, rounds: quick ? 1 : 3 });
} else if (chosen.length === 0) {
  const names = ["peers", ...LINES.map(({ name }) => name)];
  process.stderr.write(
    `no line matches ${parts.join(", ")}; lines are:\n${names.map((name) => `  ${name}\n`).join("")}`,
  );
  process.exitCode = 2;
} else {
  await run(chosen, { quick, rounds: quick ? 2 : 5 });
}

async function runPeers(names: readonly string[], size: Size): Promise<void> {
  const startedAt = performance.now();
  const peers = await measurePeers({ ...size, names }, (text) => process.stderr.write(`${text}\n`));
  // A peer that cannot be measured is said to be so in the table; without ourselves there is no table.
  if (peers.some(({ peer, problem }) => peer.program === OURS.disk.program && problem !== undefined))
    process.exitCode = 1;
  const saved = save({ peers }, size);
  process.stdout.write(`\n${peersTable(peers)}\n\nwritten to ${saved}, after ${seconds(startedAt)} s\n`);
}

async function run(lines: readonly Line[], size: Size): Promise<void> {
  const startedAt = performance.now();
  const rows: Row[] = [];
  for (const line of lines) {
    const from = performance.now();
    try {
      rows.push(...(await measured(line, size)));
    } catch (error) {
      process.exitCode = 1;
      process.stderr.write(
        `${line.name} crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    }
    process.stderr.write(`${line.name}: measured in ${seconds(from)} s\n`);
  }
  const saved = save({ rows }, size);
  process.stdout.write(`\n${tableOf(rows)}\n\nwritten to ${saved}, after ${seconds(startedAt)} s\n`);
}

/** In a process of its own: heap and compiled code that another line has left behind say nothing about this one. */
async function measured({ name }: Line, size: Size): Promise<readonly Row[]> {
  const { line } = await runChild("measure-line", [JSON.stringify({ name, ...size })], {
    timeoutMs: 600_000,
  });
  return Rows.parse(JSON.parse(line));
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1e3).toFixed(1);
}
