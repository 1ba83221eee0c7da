import { call, say, type Answer } from "../answer.ts";
import { callsIn, type PastCall, type Turn } from "../conversation/conversation.ts";
import { bagOf, bagsIn, textIn } from "../json-reading.ts";
import { subjectsIn } from "../lookup/subjects.ts";
import { tellingWords } from "../lookup/telling-words.ts";
import { code, counted } from "../survey/markdown.ts";
import { writeLookupTask } from "../task/lookup-task.ts";

const MOST_NAME = 40;

/** The next step of something that workers are to look up: the delegation, then words. */
export function lookupStep(request: string, since: readonly Turn[], all: readonly Turn[]): Answer {
  const spawned = callsIn(since).filter(({ name }) => name === "spawn_workers");
  const last = spawned.at(-1);
  if (last === undefined) return delegation(request, namesIn(callsIn(all)));
  if (last.outcome?.kind === "ok") return say(delegated(last));
  const why =
    last.outcome?.kind === "error"
      ? last.outcome.message.trim().replace(/\.$/u, "")
      : "the call has no result";
  // Names are a courtesy to people: where one is taken by a worker that this conversation no longer shows, go without.
  if (spawned.length === 1 && /\bnamed?\b/iu.test(why) && namesIn(spawned).size > 0)
    return delegation(request);
  return say(`I could not hand this out: ${why}.`);
}

/** One worker for each thing the request tells apart, else one for all of it. */
function delegation(request: string, taken?: ReadonlySet<string>): Answer {
  const subjects = subjectsIn(request);
  const parts = subjects.length === 0 ? [undefined] : subjects;
  const used = new Set(taken);
  const tasks = parts.map((subject) => {
    const label = subject ?? (tellingWords(request).join(" ") || "the request");
    const name = taken === undefined ? "" : freeName(label, used);
    used.add(name);
    return { task: writeLookupTask({ subject, request }), label, ...(name === "" ? {} : { name }) };
  });
  const words =
    subjects.length === 0
      ? "I give this to a worker as it is."
      : `I give each of these to a worker: ${subjects.map(code).join(", ")}.`;
  return call("spawn_workers", { tasks }, words);
}

/** A name by which people can address the worker; a number is added while it is taken. */
function freeName(label: string, taken: ReadonlySet<string>): string {
  const plain = label
    .replaceAll(/[^\p{L}\p{N} ._-]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .replace(/^[ ._-]+/u, "")
    .slice(0, MOST_NAME)
    .trim();
  if (plain === "") return "";
  let name = plain;
  for (let round = 2; taken.has(name); round += 1) name = `${plain} - ${round}`;
  return name;
}

function namesIn(calls: readonly PastCall[]): ReadonlySet<string> {
  const spawned = calls.filter(({ name }) => name === "spawn_workers");
  const names = spawned.flatMap(({ input }) =>
    bagsIn(bagOf(input), "tasks").map((task) => textIn(task, "name")),
  );
  return new Set(names.filter((name) => name !== ""));
}

function delegated({ input }: PastCall): string {
  const labels = bagsIn(bagOf(input), "tasks").map((task) => textIn(task, "label"));
  return `I have asked ${counted(labels.length, "worker")} to look up ${labels.map(code).join(", ")}. The answer follows when ${labels.length === 1 ? "it has" : "they have"} reported.`;
}
