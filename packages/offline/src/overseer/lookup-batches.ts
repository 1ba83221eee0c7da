import type { Turn } from "../conversation/conversation.ts";
import { composeLookup } from "../lookup/compose-lookup.ts";
import { readLookupTask } from "../task/lookup-task.ts";
import { tasksOf, type Batch } from "./batches.ts";

/** What the workers of a complete batch have looked up, as one answer. */
export function lookupOf(turns: readonly Turn[], batch: Batch): string {
  const tasks = tasksOf(turns, batch);
  const request = tasks.map(({ task }) => readLookupTask(task).request).find((text) => text !== "");
  const findings = tasks.map(({ label, task }, index) => {
    const report = batch.reports.find(({ place }) => place === index + 1);
    const name = readLookupTask(task).subject ?? (label === "" ? `part ${index + 1}` : label);
    if (report === undefined)
      return {
        name,
        worker: "unknown",
        status: "lost",
        summary: "",
        error: "no report came",
        data: undefined,
      };
    const { worker, status, summary, error, anyData } = report;
    return { name, worker, status, summary, error, data: anyData };
  });
  return composeLookup(request ?? "the request", findings);
}
