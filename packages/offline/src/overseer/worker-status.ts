import type { PastCall } from "../conversation/conversation.ts";
import { bagIn, bagOf, bagsIn, isBag, textIn, type Bag } from "../json-reading.ts";
import { code, counted, plain } from "../survey/markdown.ts";

/** Says in words what `agent_list` told. */
export function statusWords({ outcome }: PastCall): string {
  if (outcome?.kind !== "ok")
    return `I could not list the workers: ${outcome?.kind === "error" ? outcome.message : "the call has no result"}.`;
  const workers = workersIn(outcome.value);
  if (workers === undefined)
    return `This is what I was told of the workers: ${code(JSON.stringify(outcome.value))}`;
  if (workers.length === 0) return "There are no workers.";
  const words = new Map<string, number>();
  for (const worker of workers) words.set(stateOf(worker), (words.get(stateOf(worker)) ?? 0) + 1);
  const summary = [...words].map(([state, count]) => `${count} ${plain(state)}`).join(", ");
  const lines = workers.slice(0, 20).map((worker) => `- ${code(nameOf(worker))}: ${plain(stateOf(worker))}`);
  const more = workers.length > 20 ? [`- and ${workers.length - 20} more`] : [];
  return `${counted(workers.length, "worker")}: ${summary}.\n\n${[...lines, ...more].join("\n")}`;
}

function workersIn(value: unknown): readonly Bag[] | undefined {
  if (Array.isArray(value)) return value.filter(isBag);
  const bag = bagOf(value);
  return ["workers", "agents"].filter((key) => Array.isArray(bag[key])).map((key) => bagsIn(bag, key))[0];
}

function nameOf(worker: Bag): string {
  return (
    ["label", "name", "workerId", "id"].map((key) => textIn(worker, key)).find((text) => text !== "") ??
    "a worker"
  );
}

/** A worker that has ended is told as its report says it ended: an execution may be completed with a failed report. */
function stateOf(worker: Bag): string {
  const reported = textIn(bagIn(worker, "report"), "status");
  const state =
    ["status", "state"].map((key) => textIn(worker, key)).find((text) => text !== "") ?? "unknown";
  if (reported !== "" && /^(?:completed|failed|cancelled|closed|idle)/u.test(state)) return reported;
  const phase = textIn(worker, "phase");
  return phase === "" || phase === state ? state : `${state} (${phase})`;
}
