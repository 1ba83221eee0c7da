// `npm run torture [-- --kills 1000 --workers 50 --seed 1]`: a real process with a real disk is killed with SIGKILL at
// random moments and started again; in the end everything is counted from outside and held against what is promised.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { count, type Row } from "./count.ts";

const USAGE = `usage: npm run torture [-- --kills N] [--workers N] [--seed N] [--keep]

  --kills N    how often the process is killed (default 40)
  --workers N  places for workers (default 50)
  --seed N     the same N gives the same moments (default: a new one each time)
  --keep       leave the colony folder behind also where every promise was kept
  --help       show this`;

const values = given();

const kills = wholeNumber("kills", values.kills);
const workers = wholeNumber("workers", values.workers);
const random = generator(wholeNumber("seed", values.seed));
const folder = mkdtempSync(join(tmpdir(), "colony-torture-"));
const dir = join(folder, "colony");
const effects = join(folder, "effects");
writeFileSync(effects, "");

const accepted = new Set<string>();
let asked = 0;
const startedAt = Date.now();

for (let kill = 1; kill <= kills; kill += 1) {
  await life({ diesAfterMs: 10 + random() * 1_000 });
  if (kill % 100 === 0) console.error(`${kill} kills, ${accepted.size} inputs accepted`);
}
await life({ diesAfterMs: undefined });

const { rows, broken } = await count({ dir, effects, accepted, kills });
const seconds = Math.round((Date.now() - startedAt) / 1_000);
console.log(
  `\n${kills} kills (SIGKILL at random moments, seed ${values.seed}), ${workers} places for workers, ${seconds} s\n`,
);
console.log(table(rows));
for (const problem of broken) console.log(`broken: ${problem}`);
const failed = rows.some(({ kept }) => !kept) || broken.length > 0;
console.log(failed ? "\nA promise was broken." : "\nEvery promise was kept.");
if (values.keep || failed) console.log(`The colony folder is ${dir}`);
else rmSync(folder, { recursive: true });
process.exitCode = failed ? 1 : 0;

/** One process: from its start until it is killed, or until it has come to rest. */
async function life({ diesAfterMs }: { readonly diesAfterMs: number | undefined }): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "victim.ts"), dir, effects, String(workers)],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const ended = new Promise<string>((resolve) => {
    child.on("exit", (code, signal) => resolve(signal ?? `status ${code}`));
  });
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout });
  const isOpen = new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (line === "open") resolve();
      if (line.startsWith("accepted ")) accepted.add(line.slice("accepted ".length));
    });
  });
  // Half of the kills may fall into the opening itself.
  if (diesAfterMs === undefined || random() < 0.5) await Promise.race([isOpen, ended]);
  if (diesAfterMs === undefined) {
    child.stdin.write("rest\n");
    requireEnd(await ended, "status 0");
    return;
  }
  const talking = talk(child);
  await new Promise((resolve) => {
    setTimeout(resolve, diesAfterMs);
  });
  clearInterval(talking);
  child.kill("SIGKILL");
  requireEnd(await ended, "SIGKILL");
}

/** A process that ends in another way than it is told to has a fault, whatever the log says. */
function requireEnd(end: string, told: string): void {
  if (end === told) return;
  throw new Error(`a process ended with ${end} and not with ${told}; seed ${values.seed}, folder ${dir}`);
}

/** A person who says something new every now and then, and repeats what was not confirmed. */
function talk(child: ChildProcess): NodeJS.Timeout {
  for (let number = 1; number <= asked; number += 1)
    if (!accepted.has(`job ${number}`)) child.stdin?.write(`job ${number}\n`);
  return setInterval(() => {
    if (random() < 0.5) return;
    asked += 1;
    child.stdin?.write(`job ${asked}\n`);
  }, 90);
}

function table(lines: readonly Row[]): string {
  return lines
    .map(({ what, count: number, promised, kept }) =>
      [what.padEnd(58), String(number).padStart(9), verdict(promised, kept)].join(" ").trimEnd(),
    )
    .join("\n");
}

function verdict(promised: string, kept: boolean): string {
  if (promised === "") return "";
  return kept ? " as promised" : ` BROKEN, promised ${promised}`;
}

/** What was asked for on the command line; ends the process where that cannot be meant, or is only a question. */
function given() {
  try {
    const { values: typed } = parseArgs({
      options: {
        kills: { type: "string", default: "40" },
        workers: { type: "string", default: "50" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (!typed.help) return typed;
  } catch (error) {
    const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    console.error(`${sentence}.\n\n${USAGE}`);
    process.exit(2);
  }
  console.log(USAGE);
  process.exit(0);
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0) return number;
  console.error(`--${name} is "${text}"; give a whole number`);
  process.exit(2);
}

/** Mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
