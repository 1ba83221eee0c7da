import { STATUS_WORDS, statusWord, type AgentRecord, type JsonObject } from "@colony/core";
import { ColonyError, type ColonyReader, type ListOptions, type WorkerList } from "@colony/runtime";
import type { Arguments } from "../arguments/arguments.ts";
import { suggestion } from "../arguments/nearest.ts";
import { findAgent } from "../colony/find-agent.ts";
import { isPaused, NOBODY_AT_HOME, openReader, whomTheyWaitForIn } from "../colony/open-reader.ts";
import { stoppedAt, tellStopped } from "../colony/stopped.ts";
import { waitingWords } from "../colony/unfinished.ts";
import { workDoneIn } from "../colony/work-done.ts";
import { EXIT } from "../errors/exit-code.ts";
import { write } from "../io/io.ts";
import { tell } from "../io/tell.ts";
import { NO_WORK, usageOf, type Moment, type WorkDone } from "../render/agent-words.ts";
import { counted, spaced } from "../render/words.ts";
import { toolCallsOf, workerTable } from "../render/worker-table.ts";
import type { Command, CommandContext } from "./command.ts";

const MOST_SHOWN = 30;
const MOST_AT_ONCE = 1_000;

/** `workers`: who there is. */
export const workersCommand: Command = {
  name: "workers",
  summary: "list the workers",
  details: [
    `Shows the newest ${MOST_SHOWN}, oldest first, without those that were dismissed, removed, or ended longer ago than`,
    "--retention says. --limit and --cursor show a page at a time. A narrow terminal shows fewer figures; --json has all.",
    "Works beside a colony that is open elsewhere.",
  ],
  options: [
    { name: "all", short: "a", says: "all of them, dismissed ones and old ones too, and the overseer" },
    {
      name: "status",
      value: "WORD,...",
      says: `only those: ${STATUS_WORDS.map(spaced).join(", ")}; a paused one is running, a waiting one queued, and one that waits for somebody input required`,
    },
    { name: "definition", value: "NAME", says: "only those made from this definition" },
    { name: "parent", value: "AGENT", says: "only those that this one has spawned" },
    { name: "batch", value: "ID", says: "only those that were spawned together" },
    { name: "owner", value: "NAME", says: "only those of this owner" },
    { name: "limit", value: "N", says: `how many to show (1 to ${MOST_AT_ONCE}; default ${MOST_SHOWN})` },
    { name: "cursor", value: "CURSOR", says: "go on behind a page; it is told where there is more" },
  ],
  examples: [
    "workers",
    "workers --all",
    "workers --status running,queued",
    "workers --definition coder --limit 100",
    "workers --json",
  ],
  run,
};

async function run({ io, args, settings, paint }: CommandContext): Promise<number> {
  const wanted = readWanted(args);
  await using reader = await openReader(settings);
  const asked = { ...wanted, ...parentOf(reader, args), ...retentionOf(settings.retentionMs.value) };
  const moment: Moment = { now: Date.now(), isPaused: isPaused(reader), waitsFor: whomTheyWaitForIn(reader) };
  const colonyStoppedAt = stoppedAt(reader.state);
  const isJson = settings.output === "json";
  const page = pageOf(reader, asked, { args, isJson });
  tellStopped(reader.state, io.stderr);
  if (moment.isPaused === true && colonyStoppedAt === null) tell(io.stderr, NOBODY_AT_HOME);
  const waiting = waitingWords(reader.pending());
  if (waiting !== undefined) tell(io.stderr, `${waiting}; "colony inbox" lists what`);
  const work = await workDoneIn(reader, moment);
  if (isJson) {
    const workers = page.items.map((record) => ({
      ...workerJson(record, work.get(record.id) ?? NO_WORK),
      colonyStoppedAt,
    }));
    const { next, total } = page;
    const shown = isPaged(args) ? { workers, next, total, colonyStoppedAt } : workers;
    await write(io.stdout, `${JSON.stringify(shown, null, 2)}\n`);
    return EXIT.success;
  }
  if (page.items.length === 0) {
    tell(io.stderr, nobodyIn(reader));
    return EXIT.success;
  }
  const width = io.stdout.isTTY ? { width: io.stdout.columns } : {};
  await write(io.stdout, `${workerTable(page.items, { ...moment, work, paint, ...width }).join("\n")}\n`);
  const more = moreWords(reader, page, args);
  if (more !== undefined) tell(io.stderr, more);
  return EXIT.success;
}

type Wanted = ListOptions & { readonly retentionMs?: number };

/** Oldest first, as they are shown. */
function pageOf(
  reader: ColonyReader,
  wanted: Wanted,
  { args, isJson }: { readonly args: Arguments; readonly isJson: boolean },
): WorkerList {
  if (args.flag("all") && !isPaged(args) && !isFiltered(args)) {
    const items = reader.agents();
    return { items, next: null, total: items.length };
  }
  const whole = (isJson || args.flag("all")) && !isPaged(args);
  const page = whole ? everyPage(reader, wanted) : reader.list({ limit: MOST_SHOWN, ...wanted });
  return isJson && isPaged(args) ? page : { ...page, items: page.items.toReversed() };
}

function everyPage(reader: ColonyReader, wanted: Wanted): WorkerList {
  const items: AgentRecord[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = reader.list({ ...wanted, limit: MOST_AT_ONCE, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.next;
  }
  return { items, next: null, total: items.length };
}

const isPaged = (args: Arguments): boolean =>
  args.text("limit") !== undefined || args.text("cursor") !== undefined;
const FILTERS = ["status", "definition", "parent", "batch", "owner"] as const;
const isFiltered = (args: Arguments): boolean => FILTERS.some((name) => args.text(name) !== undefined);

function readWanted(args: Arguments): ListOptions {
  const limit = args.count("limit");
  if (limit !== undefined && (limit < 1 || limit > MOST_AT_ONCE))
    throw new ColonyError(
      "usage.invalid",
      `--limit is "${limit}"; give a whole number from 1 to ${MOST_AT_ONCE}`,
    );
  const given = {
    limit,
    cursor: args.text("cursor"),
    definition: args.text("definition"),
    batch: args.text("batch"),
    owner: args.text("owner"),
    status: args.list("status")?.flatMap(statusesNamed),
    ...(args.flag("all") ? { dismissed: "shown", past: "shown" } : {}),
  };
  if (given.status?.length === 0) statusesNamed("");
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

type Status = (typeof STATUS_WORDS)[number];

/** What the table says of some, and what they are. */
const SHOWN_WORDS: Readonly<Record<string, readonly Status[]>> = {
  paused: ["running", "input_required"],
  waiting: ["queued"],
  "waits for you": ["input_required"],
  "waits for workers": ["input_required"],
};

/** As the table writes it, or as JSON does. */
function statusesNamed(typed: string): readonly Status[] {
  const word = STATUS_WORDS.find((known) => known === typed || spaced(known) === typed);
  if (word !== undefined) return [word];
  const shown = Object.hasOwn(SHOWN_WORDS, typed) ? SHOWN_WORDS[typed] : undefined;
  if (shown !== undefined) return shown;
  const words = [...STATUS_WORDS, ...Object.keys(SHOWN_WORDS)];
  const hint = suggestion(typed, words) || `; give one of ${words.join(", ")}`;
  throw new ColonyError("usage.invalid", `--status is "${typed}"${hint}`);
}

function parentOf(reader: ColonyReader, args: Arguments): Pick<ListOptions, "parent"> {
  const typed = args.text("parent");
  return typed === undefined ? {} : { parent: findAgent(reader.agents(), typed).id };
}

function retentionOf(retentionMs: number | undefined): Pick<Wanted, "retentionMs"> {
  return retentionMs === undefined ? {} : { retentionMs };
}

function nobodyIn(reader: ColonyReader): string {
  return reader.agents().some(({ kind }) => kind === "worker")
    ? `no worker in ${reader.dir} is one of those; "colony workers --all" lists everybody`
    : `there are no workers in ${reader.dir} yet; the overseer spawns them when it is given work`;
}

/** What is left out, and how to see it. */
function moreWords(reader: ColonyReader, page: WorkerList, args: Arguments): string | undefined {
  const { items, next, total } = page;
  if (isPaged(args) || isFiltered(args))
    return next === null ? undefined : `${items.length} of ${total} shown; go on with --cursor ${next}`;
  if (args.flag("all")) return undefined;
  const known = reader.list({ limit: 1, past: "shown", dismissed: "shown" }).total;
  const hidden = known - items.length;
  return hidden > 0 ? `${counted(hidden, "other worker")} not shown; --all shows them` : undefined;
}

function workerJson(record: AgentRecord, { turns, ms }: WorkDone): JsonObject {
  const { id, kind, name, label, definitionId, task, execution, report, spawnedAt, closedAt } = record;
  const { parentId, batch, milestone, prunedAt, owner = null, dismissed = false } = record;
  return {
    id,
    kind,
    name,
    label,
    definitionId,
    parentId,
    batch: batch?.id ?? null,
    owner,
    task,
    status: statusWord(record),
    phase: execution?.phase ?? null,
    milestone: milestone?.text ?? null,
    turns,
    toolCalls: toolCallsOf(record),
    durationMs: ms,
    usage: { ...usageOf(record) },
    report: report === null ? null : { ...report },
    spawnedAt,
    closedAt,
    prunedAt: prunedAt ?? null,
    dismissed,
  };
}
