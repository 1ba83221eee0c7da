import type { JsonObject } from "@colony/core";
import type { Trigger } from "@colony/runtime";
import { table, type Column, type TableOptions } from "./table.ts";
import { nextWords, scheduleWords } from "./trigger-words.ts";
import { clip } from "./width.ts";
import { onOneLine } from "./words.ts";

interface TriggerColumn extends Column {
  /** Columns of the terminal from which on it is shown. */
  readonly from: number;
  readonly cell: (trigger: Trigger, isNarrow: boolean) => string;
}

/** Fewer columns than this are few. */
const NARROW = 104;

const COLUMNS: readonly TriggerColumn[] = [
  { title: "TRIGGER", from: 0, cell: ({ id }, isNarrow) => clip(id, isNarrow ? 16 : 24) },
  {
    title: "WHEN",
    from: 0,
    cell: ({ schedule }, isNarrow) => clip(scheduleWords(schedule), isNarrow ? 20 : 36),
  },
  { title: "NEXT", from: 78, cell: nextWords },
  { title: "FIRED", from: 140, align: "right", cell: ({ fired }) => String(fired) },
  { title: "MISSED", from: 140, align: "right", cell: ({ missedCount }) => String(missedCount) },
  { title: "TO", from: 120, cell: ({ agentId }) => clip(agentId, 16) },
  {
    title: "TEXT",
    from: 0,
    rest: true,
    cell: ({ failed, text }) => onOneLine(failed === null ? text : `failed: ${failed.message}`),
  },
];

/** Where lines may be as long as they like, a row is still to be read at a glance. */
const LONGEST_TEXT = 120;

/** Triggers as a table, oldest first. What has no room on a narrow terminal is left out. */
export function triggerTable(
  triggers: readonly Trigger[],
  { width = Number.POSITIVE_INFINITY, ...options }: Pick<TableOptions, "width" | "paint">,
): readonly string[] {
  const columns = COLUMNS.filter(({ from }) => from <= width);
  const rows = triggers.map((trigger) =>
    columns.map(({ cell }) => clip(cell(trigger, width < NARROW), LONGEST_TEXT)),
  );
  return table(rows, { ...options, width, columns });
}

/** A trigger for programs, without what is kept of a webhook's token. */
export function triggerJson({ schedule, last, failed, ...trigger }: Trigger): JsonObject {
  const when: JsonObject = schedule.kind === "webhook" ? { kind: "webhook" } : { ...schedule };
  return {
    ...trigger,
    schedule: when,
    last: last === null ? null : { ...last },
    failed: failed === null ? null : { ...failed },
  };
}
