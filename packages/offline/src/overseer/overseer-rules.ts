import { call, say, type Answer } from "../answer.ts";
import { callsIn, type Conversation, type PastCall, type Turn } from "../conversation/conversation.ts";
import { isStopped } from "../conversation/wrap-up.ts";
import { reportsIn, type WorkerReport } from "../conversation/worker-reports.ts";
import { code, plain } from "../survey/markdown.ts";
import { batchIdOf, batchOf, isSurvey, surveyOf } from "./batches.ts";
import { lookupOf } from "./lookup-batches.ts";
import { lookupStep } from "./lookup-flow.ts";
import { readRequest, type PersonRequest } from "./requests.ts";
import { surveyStep } from "./survey-flow.ts";
import { statusWords } from "./worker-status.ts";
import {
  CALLING_OFF_WORDS,
  greetingWords,
  otherWords,
  STOPPED_LOOKUP_WORDS,
  STOPPED_SURVEY_WORDS,
  WRAP_UP_WORDS,
} from "./words.ts";

/** What the overseer does next with everything it was told since its last complete answer. */
export function overseerAnswer({ turns, tools }: Conversation): Answer {
  const open = openTurns(turns);
  const sight = tools.has("list_folder") ? "folders" : "no_folders";
  const asked = open.flatMap((turn, index) =>
    turn.kind === "told" && reportsIn(turn.text).length === 0
      ? [{ request: readRequest(turn.text, sight), index }]
      : [],
  );
  const work = openWork(asked);
  let delegated = "";
  if (work !== undefined) {
    const step = workStep(work.request, open.slice(work.index), { turns, tools });
    if (step.calls.length > 0) return step;
    delegated = step.text;
  }
  const status = asked.findLast(({ request }) => request.kind === "status");
  const listed = status && callsIn(open.slice(status.index)).findLast(({ name }) => name === "agent_list");
  const mayCall = asked.every(({ request }) => request.kind !== "wrap_up");
  if (status !== undefined && listed === undefined && mayCall && tools.has("agent_list"))
    return call("agent_list", {});
  const news = newsOf(turns, open);
  const words = [
    ...new Set(asked.map(({ request }) => fixedWords(request, tools))),
    news.completes ? "" : delegated,
    status === undefined
      ? ""
      : listed === undefined
        ? "I have no tool to list workers with."
        : statusWords(listed),
    ...news.paragraphs,
  ].filter((paragraph) => paragraph !== "");
  return say(words.join("\n\n") || otherWords(tools));
}

/** The turns since the last answer that called nothing: what has been said since then is still to be answered. */
function openTurns(turns: readonly Turn[]): readonly Turn[] {
  const answered = turns.findLastIndex(
    (turn, index) =>
      (turn.kind === "told" && isStopped(turn.text)) ||
      (turn.kind === "said" &&
        (turn.calls.length === 0 || (isCancelled(turn.calls) && turns[index + 1]?.kind === "told"))),
  );
  return turns.slice(answered + 1);
}

const ENDS_OR_BEGINS: ReadonlySet<PersonRequest["kind"]> = new Set([
  "survey",
  "lookup",
  "calling_off",
  "wrap_up",
]);

/** A person who cancels and then says something else does not want the cancelled to begin again. */
function isCancelled(calls: readonly PastCall[]): boolean {
  return calls.some(({ outcome }) => outcome?.kind === "error" && /\bcancell?ed\b/iu.test(outcome.message));
}

type Work = Extract<PersonRequest, { kind: "survey" | "lookup" }>;

/** The latest work asked for, unless it was called off or cut off after that. */
function openWork(
  asked: readonly { readonly request: PersonRequest; readonly index: number }[],
): { readonly request: Work; readonly index: number } | undefined {
  const latest = asked.findLast(({ request }) => ENDS_OR_BEGINS.has(request.kind));
  if (latest?.request.kind !== "survey" && latest?.request.kind !== "lookup") return undefined;
  return { request: latest.request, index: latest.index };
}

function workStep(work: Work, since: readonly Turn[], { turns, tools }: Conversation): Answer {
  if (work.kind === "lookup") return lookupStep(work.text, since, turns);
  if (tools.has("list_folder")) return surveyStep(work.path, callsIn(since));
  return say("I have no tool list_folder, so I cannot look at any folder; open a workspace for this colony.");
}

function fixedWords({ kind }: PersonRequest, tools: ReadonlySet<string>): string {
  switch (kind) {
    case "greeting":
      return greetingWords(tools);
    case "calling_off":
      return CALLING_OFF_WORDS;
    case "wrap_up":
      return WRAP_UP_WORDS;
    case "other":
      return otherWords(tools);
    case "survey":
    case "lookup":
    case "status":
      return "";
  }
}

interface News {
  readonly paragraphs: readonly string[];
  /** Whether the batch that has just been spawned is complete already. */
  readonly completes: boolean;
}

/** What the reports that have just come amount to: progress, or the answer that the last of them completes. */
function newsOf(turns: readonly Turn[], open: readonly Turn[]): News {
  const arrived = open.flatMap((turn) => (turn.kind === "told" ? reportsIn(turn.text) : []));
  const ids = [...new Set(arrived.flatMap(({ batch }) => (batch === undefined ? [] : [batch])))];
  const spawnedNow = new Set(callsIn(open).map(batchIdOf));
  let completes = false;
  const paragraphs = ids.map((id) => {
    const batch = batchOf(turns, id);
    if (batch.remaining <= 0) {
      if (batch.reports.length === batch.size && batch.reports.every(({ status }) => status === "cancelled"))
        return isSurvey(turns, batch) ? STOPPED_SURVEY_WORDS : STOPPED_LOOKUP_WORDS;
      completes ||= spawnedNow.has(id);
      return isSurvey(turns, batch) ? surveyOf(turns, batch) : lookupOf(turns, batch);
    }
    const names = arrived.filter((report) => report.batch === id).map(progressName);
    const done = batch.size - batch.remaining;
    return `${names.join(", ")} ${names.length === 1 ? "has" : "have"} reported: ${done} of ${batch.size}, ${batch.remaining} to come.`;
  });
  const alone = arrived.filter(({ batch }) => batch === undefined).map(aloneWords);
  return { paragraphs: [...paragraphs, ...alone], completes };
}

function progressName({ label, worker, status }: WorkerReport): string {
  const name = code(label === "" ? worker : label);
  return status === "success" ? name : `${name} (${plain(status)})`;
}

function aloneWords(report: WorkerReport): string {
  const { status, summary, error } = report;
  return `Worker ${progressName({ ...report, status: "success" })} reported ${plain(status)}: ${plain(error === "" ? summary : error)}`;
}
