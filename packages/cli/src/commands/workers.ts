import { statusWord, type AgentRecord, type JsonObject } from "@colony/core";
import { isPaused, NOBODY_AT_HOME, openReader } from "../colony/open-reader.ts";
import { workDoneIn } from "../colony/work-done.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { NO_WORK, usageOf, type Moment, type WorkDone } from "../render/agent-words.ts";
import { counted } from "../render/words.ts";
import { toolCallsOf, workerTable } from "../render/worker-table.ts";
import type { Command, CommandContext } from "./command.ts";

const MOST_SHOWN = 30;

/** `workers`: who there is. */
export const workersCommand: Command = {
  name: "workers",
  summary: "list the workers",
  details: [`Shows the newest ${MOST_SHOWN}, oldest first. Works beside a colony that is open elsewhere.`],
  options: [{ name: "all", short: "a", says: "all of them, and the overseer" }],
  examples: ["workers", "workers --all", "workers --json"],
  run,
};

async function run({ io, args, settings, paint }: CommandContext): Promise<number> {
  await using reader = await openReader(settings);
  const agents = reader.agents();
  const workers = agents.filter(({ kind }) => kind === "worker");
  const moment: Moment = { now: Date.now(), isPaused: isPaused(reader) };
  if (moment.isPaused === true) io.stderr.write(`${NOBODY_AT_HOME}\n`);
  const work = await workDoneIn(reader, moment);
  const shown = args.flag("all") ? agents : workers.slice(-MOST_SHOWN);
  if (settings.output === "json") {
    const all = args.flag("all") ? agents : workers;
    await write(
      io.stdout,
      `${JSON.stringify(
        all.map((record) => workerJson(record, work.get(record.id) ?? NO_WORK)),
        null,
        2,
      )}\n`,
    );
    return EXIT.success;
  }
  if (shown.length === 0) {
    io.stderr.write(
      `there are no workers in ${reader.dir} yet; the overseer spawns them when it is given work\n`,
    );
    return EXIT.success;
  }
  const width = io.stdout.isTTY ? { width: io.stdout.columns } : {};
  await write(io.stdout, `${workerTable(shown, { ...moment, work, paint, ...width }).join("\n")}\n`);
  const hidden = workers.length - MOST_SHOWN;
  if (!args.flag("all") && hidden > 0)
    io.stderr.write(`${counted(hidden, "older worker")} not shown; --all shows them\n`);
  return EXIT.success;
}

function workerJson(record: AgentRecord, { turns, ms }: WorkDone): JsonObject {
  const { id, kind, name, label, definitionId, task, execution, report, spawnedAt, closedAt } = record;
  return {
    id,
    kind,
    name,
    label,
    definitionId,
    task,
    status: statusWord(record),
    phase: execution?.phase ?? null,
    turns,
    toolCalls: toolCallsOf(record),
    durationMs: ms,
    usage: { ...usageOf(record) },
    report: report === null ? null : { ...report },
    spawnedAt,
    closedAt,
  };
}
