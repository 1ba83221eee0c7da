import type { Trigger } from "@colony/runtime";
import type { JsonObject } from "@colony/core";
import { table, type TableOptions } from "./table.ts";
import { nextWords, scheduleWords } from "./trigger-words.ts";
import { onOneLine } from "./words.ts";

/** Triggers as lines of a table. */
export function triggerTable(
  triggers: readonly Trigger[],
  options: Pick<TableOptions, "width" | "paint">,
): readonly string[] {
  const rows = triggers.map((trigger) => [
    trigger.id,
    scheduleWords(trigger.schedule),
    nextWords(trigger),
    String(trigger.fired),
    String(trigger.missedCount),
    trigger.agentId,
    onOneLine(trigger.failed === null ? trigger.text : trigger.failed.message),
  ]);
  return table(rows, {
    ...options,
    columns: [
      { title: "TRIGGER" },
      { title: "WHEN" },
      { title: "NEXT" },
      { title: "FIRED", align: "right" },
      { title: "MISSED", align: "right" },
      { title: "TO" },
      { title: "TEXT", rest: true },
    ],
  });
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
