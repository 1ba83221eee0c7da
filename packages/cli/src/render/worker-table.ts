import type { AgentId, AgentRecord } from "@colony/core";
import {
  activity,
  agentNames,
  shownWord,
  statusShown,
  statusStyle,
  NO_WORK,
  usageOf,
  type Moment,
  type WorkDone,
} from "./agent-words.ts";
import { PLAIN, type Paint } from "./paint.ts";
import { table, type Column } from "./table.ts";
import { cost, duration, tokens, tokensOf } from "./units.ts";
import { clip } from "./width.ts";
import { onOneLine } from "./words.ts";

interface WorkerColumn extends Column {
  /** Columns of the terminal from which on it is shown. */
  readonly from: number;
  readonly cell: (record: AgentRecord, place: WorkPlace) => string;
}

/** A moment, and what everybody has done by then. */
type WorkPlace = Moment & { readonly work: ReadonlyMap<AgentId, WorkDone> };

const COLUMNS: readonly WorkerColumn[] = [
  { title: "ID", from: 0, cell: ({ id }) => id },
  { title: "NAME", from: 0, least: 10, cell: nameOf },
  { title: "STATUS", from: 0, least: 13, cell: statusShown },
  { title: "TURNS", from: 94, align: "right", cell: ({ id }, { work }) => String(workOf(id, work).turns) },
  { title: "TOOLS", from: 94, align: "right", cell: (record) => String(toolCallsOf(record)) },
  { title: "TIME", from: 64, align: "right", cell: ({ id }, { work }) => duration(workOf(id, work).ms) },
  { title: "TOKENS", from: 72, align: "right", cell: (record) => tokens(tokensOf(usageOf(record))) },
  { title: "COST", from: 80, align: "right", cell: costOf },
  { title: "SUMMARY", from: 0, rest: true, least: 12, cell: summaryOf },
];
const STATUS_COLUMN = 2;

const LONGEST_NAME = 32;

/** Where lines may be as long as they like, a row is still to be read at a glance. */
const LONGEST_SUMMARY = 120;

/** Agents as a table, oldest first. All figures are of all executions. What has no room on a narrow terminal is left out. */
export function workerTable(
  agents: readonly AgentRecord[],
  place: WorkPlace & { readonly width?: number; readonly paint?: Paint },
): readonly string[] {
  const { width = Number.POSITIVE_INFINITY, paint = PLAIN } = place;
  const columns = COLUMNS.filter(({ from }) => from <= width);
  const rows = agents.map((record) => columns.map(({ cell }) => cell(record, place)));
  return table(rows, {
    columns,
    paint,
    width,
    paintCell: (cell, { row, column }) => {
      const record = agents[row];
      return column === STATUS_COLUMN && record !== undefined
        ? paint(statusStyle(shownWord(record)), cell)
        : cell;
    },
  });
}

function nameOf(record: AgentRecord): string {
  const name = agentNames(record);
  return name === record.id ? "" : clip(name, LONGEST_NAME);
}

function workOf(id: AgentId, work: WorkPlace["work"]): WorkDone {
  return work.get(id) ?? NO_WORK;
}

function costOf(record: AgentRecord): string {
  const { modelCalls, costUsd } = usageOf(record);
  return modelCalls === 0 ? "" : cost(costUsd);
}

function summaryOf(record: AgentRecord, moment: Moment): string {
  return clip(onOneLine(record.report?.summary ?? "") || activityOf(record, moment), LONGEST_SUMMARY);
}

function activityOf(record: AgentRecord, { isPaused = false, waitsFor, isMissing }: Moment): string {
  const { execution, task } = record;
  const isAtWork = execution !== null && execution.endedAt === null;
  return isAtWork && !isPaused && isMissing?.(record) !== true
    ? activity(record, waitsFor)
    : onOneLine(task ?? "");
}

/** Tool calls of all executions, the one under way included. */
export function toolCallsOf({ toolCalls, execution }: AgentRecord): number {
  return execution !== null && execution.endedAt === null ? toolCalls + execution.toolCalls : toolCalls;
}
