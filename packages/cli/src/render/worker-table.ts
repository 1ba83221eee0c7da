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

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "NAME" },
  { title: "STATUS" },
  { title: "TURNS", align: "right" },
  { title: "TOOLS", align: "right" },
  { title: "TIME", align: "right" },
  { title: "TOKENS", align: "right" },
  { title: "COST", align: "right" },
  { title: "SUMMARY", rest: true },
];
const STATUS_COLUMN = 2;

const LONGEST_NAME = 32;

/** Where lines may be as long as they like, a row is still to be read at a glance. */
const LONGEST_SUMMARY = 120;

/** Agents as a table, oldest first. All figures are of all executions. */
export function workerTable(
  agents: readonly AgentRecord[],
  place: Moment & {
    readonly work: ReadonlyMap<AgentId, WorkDone>;
    readonly width?: number;
    readonly paint?: Paint;
  },
): readonly string[] {
  const { work, width, paint = PLAIN } = place;
  const rows = agents.map((record) => {
    const { id, report } = record;
    const { turns, ms } = work.get(id) ?? NO_WORK;
    const usage = usageOf(record);
    const name = agentNames(record);
    return [
      id,
      name === id ? "" : clip(name, LONGEST_NAME),
      statusShown(record, place),
      String(turns),
      String(toolCallsOf(record)),
      duration(ms),
      tokens(tokensOf(usage)),
      usage.modelCalls === 0 ? "" : cost(usage.costUsd),
      clip(onOneLine(report?.summary ?? "") || activityOf(record, place), LONGEST_SUMMARY),
    ];
  });
  return table(rows, {
    columns: COLUMNS,
    paint,
    ...(width === undefined ? {} : { width }),
    paintCell: (cell, { row, column }) => {
      const record = agents[row];
      return column === STATUS_COLUMN && record !== undefined
        ? paint(statusStyle(shownWord(record)), cell)
        : cell;
    },
  });
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
