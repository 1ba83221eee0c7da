import { statusWord, type AgentRecord, type JsonObject } from "@colony/core";

const PREVIEW = 200;

/** A worker as the overseer's model is told of it in a list. */
export function workerLine(record: AgentRecord): JsonObject {
  const { execution, report, batch } = record;
  return {
    workerId: record.id,
    name: record.name,
    label: record.label,
    worker: record.definitionId,
    status: statusWord(record),
    task: clip(record.task ?? ""),
    ...(batch === null ? {} : { batch: batch.id, place: `${batch.index + 1}/${batch.size}` }),
    ...(execution === null
      ? {}
      : { turns: execution.turns, toolCalls: execution.toolCalls, doing: execution.doing }),
    ...(report === null ? {} : { report: { status: report.status, summary: clip(report.summary) } }),
  };
}

function clip(text: string): string {
  return text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW - 1)}…`;
}
