import { statusWord, type AgentRecord, type ExecutionSummary, type JsonObject } from "@colony/core";

const PREVIEW = 200;

/** A worker as the model of whoever spawned it is told of it in a list. `now` is in epoch milliseconds. */
export function workerLine(record: AgentRecord, now: number): JsonObject {
  const { execution, report, batch } = record;
  return {
    workerId: record.id,
    name: record.name,
    label: record.label,
    worker: record.definitionId,
    level: record.depth + 1,
    status: statusWord(record),
    task: clip(record.task ?? ""),
    ...(batch === null ? {} : { batch: batch.id, place: `${batch.index + 1}/${batch.size}` }),
    ...(execution === null
      ? {}
      : {
          elapsedSeconds: elapsedSeconds(execution, now),
          turns: execution.turns,
          toolCalls: execution.toolCalls,
          doing: execution.doing,
        }),
    ...(report === null ? {} : { report: { status: report.status, summary: clip(report.summary) } }),
  };
}

function clip(text: string): string {
  return text.length <= PREVIEW ? text : `${text.slice(0, PREVIEW - 1)}…`;
}

/** Whole seconds since the newest execution began, to its end where it has ended. */
function elapsedSeconds({ startedAt, endedAt }: ExecutionSummary, now: number): number {
  return startedAt === null ? 0 : Math.floor(Math.max(0, (endedAt ?? now) - startedAt) / 1_000);
}
