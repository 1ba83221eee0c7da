import { callsIn, type PastCall, type Turn } from "../conversation/conversation.ts";
import { reportsIn, type WorkerReport } from "../conversation/worker-reports.ts";
import { bagOf, bagsIn, isBag, textIn } from "../json-reading.ts";
import { composeSurvey } from "../survey/compose-survey.ts";
import type { PartOutcome } from "../survey/material.ts";
import { readPartResult } from "../survey/part-result.ts";
import { readTask } from "../task/survey-task.ts";
import { readListing, titleOf, type FolderListing } from "./folder-listing.ts";

/** Workers that were spawned together, with the reports that have come. */
export interface Batch {
  readonly id: string;
  readonly reports: readonly WorkerReport[];
  /** How many reports are still to come. */
  readonly remaining: number;
  readonly size: number;
}

/** The batch with all its reports in the conversation; a worker that reported twice counts with its last report. */
export function batchOf(turns: readonly Turn[], id: string): Batch {
  const isWhole = callsIn(turns).some((call) => batchIdOf(call) === id);
  const latest = new Map<number, WorkerReport>();
  const all = turns.flatMap((turn) => (turn.kind === "told" ? reportsIn(turn.text) : []));
  for (const report of all) if (report.batch === id) latest.set(report.place, report);
  const reports = [...latest.values()].toSorted((a, b) => a.place - b.place);
  const size = Math.max(0, ...reports.map(({ batchSize }) => batchSize));
  // A report says how many are to come when it is delivered, and others may wait to be delivered with it: counting is
  // surer, except in a conversation that was shortened, where the first reports are no longer to be seen.
  const unseen = size - reports.length;
  const remaining = isWhole ? unseen : Math.min(unseen, ...reports.map((report) => report.remaining));
  return { id, reports, remaining, size };
}

/** Whether a batch is one of survey parts; every other looks something up. */
export function isSurvey(turns: readonly Turn[], batch: Batch): boolean {
  return (
    tasksOf(turns, batch).some(({ task }) => readTask(task) !== undefined) ||
    batch.reports.some(({ data }) => isBag(data["total"]))
  );
}

/**
 * What the workers of a batch were told, by place. The spawning call may be gone from a conversation that was shortened;
 * then the reports tell what was asked.
 */
export function tasksOf(
  turns: readonly Turn[],
  batch: Batch,
): readonly { readonly label: string; readonly task: string }[] {
  const spawned = callsIn(turns).find((call) => batchIdOf(call) === batch.id);
  const tasks = bagsIn(bagOf(spawned?.input), "tasks");
  return Array.from({ length: Math.max(batch.size, tasks.length) }, (_, index) => {
    const told = tasks[index] ?? {};
    const report = batch.reports.find(({ place }) => place === index + 1);
    return {
      label: textIn(told, "label") || (report?.label ?? ""),
      task: textIn(told, "task") || (report?.task ?? ""),
    };
  });
}

/** The survey of a batch that is complete. */
export function surveyOf(turns: readonly Turn[], batch: Batch): string {
  const calls = callsIn(turns);
  const spawned = calls.findIndex((call) => batchIdOf(call) === batch.id);
  const tasks = bagsIn(bagOf(calls[spawned]?.input), "tasks");
  const names = tasks.map((task) => readTask(textIn(task, "task"))?.part ?? textIn(task, "label"));
  const parts = outcomesOf(batch, names);
  // The spawning call may be gone from a conversation that was shortened; then the reports tell what was asked.
  const texts = [...tasks.map((task) => textIn(task, "task")), ...batch.reports.map((report) => report.task)];
  const task = texts.map(readTask).find((read) => read !== undefined);
  const listing =
    task === undefined ? undefined : listingOf(calls.slice(0, Math.max(0, spawned)), task.folder);
  const results = parts.map(({ result }) => result);
  return composeSurvey({
    title: listing === undefined ? (task?.title ?? "the workspace") : titleOf(listing),
    parts,
    filesListed: listing?.files,
    ...(listing === undefined ? {} : { unlisted: listing.problems }),
    source: listing?.source ?? results.find(({ source }) => source !== "")?.source ?? "find -type f",
    note: listing?.note ?? results.find(({ note }) => note !== "")?.note ?? "",
    notCounted: listing?.notCounted ?? {},
    excluded: listing?.excluded ?? [],
  });
}

/** The batch that a spawning call made; undefined for other calls and for one that failed. */
export function batchIdOf({ name, outcome }: PastCall): string | undefined {
  if (name !== "spawn_workers" || outcome?.kind !== "ok") return undefined;
  const id = textIn(bagOf(outcome.value), "batchId");
  return id === "" ? undefined : id;
}

function outcomesOf(batch: Batch, names: readonly string[]): readonly PartOutcome[] {
  const size = Math.max(batch.size, names.length);
  return Array.from({ length: size }, (_, index) => {
    const report = batch.reports.find(({ place }) => place === index + 1);
    const name = names[index] ?? report?.label ?? `part ${index + 1}`;
    if (report === undefined)
      return {
        name,
        worker: "unknown",
        status: "lost",
        reason: "no report came",
        result: readPartResult({}),
      };
    const { worker, status, summary, error, data } = report;
    return { name, worker, status, reason: error === "" ? summary : error, result: readPartResult(data) };
  });
}

function listingOf(calls: readonly PastCall[], folder: string): FolderListing | undefined {
  const found = calls.findLast(({ name, outcome }) => {
    if (name !== "list_folder" || outcome?.kind !== "ok") return false;
    return textIn(bagOf(outcome.value), "path") === folder;
  });
  return found?.outcome?.kind === "ok" ? readListing(found.outcome.value) : undefined;
}
