import { call, say, type Answer } from "../answer.ts";
import { callsIn, type Conversation, type PastCall, type Turn } from "../conversation/conversation.ts";
import type { OfferedTool } from "../conversation/offered-tools.ts";
import { isWrapUp } from "../conversation/wrap-up.ts";
import { readTask, type SurveyTask } from "../task/survey-task.ts";
import { lookupAnswer } from "./lookup-rules.ts";
import { findingsOf, type PartFindings } from "./part-findings.ts";
import { partReport } from "./part-report.ts";

const MOST_REPORTS_REFUSED = 2;
const MARKS = String.raw`\b(?:TODO|FIXME)\b`;

/** What a worker does next: one tool after the other, then its report. */
export function workerAnswer({ turns, tools }: Conversation, offered: readonly OfferedTool[] = []): Answer {
  const start = turns.findLastIndex((turn) => turn.kind === "told" && readTask(turn.text) !== undefined);
  const since = start < 0 ? sinceAccepted(turns) : turns.slice(start);
  const ended = endOf(since);
  if (ended !== undefined) return ended;
  const told = since.flatMap((turn) => (turn.kind === "told" ? [turn.text] : []));
  const hurry = told.some(isWrapUp);
  const heard = told.filter((text) => !isWrapUp(text));
  const calls = callsIn(since);
  const task = start < 0 ? undefined : readTask(heard[0] ?? "");
  if (task === undefined) return lookupAnswer({ told: heard, calls, offered, hurry });
  return nextOf({ task, calls, tools, hurry, corrections: heard.slice(1) });
}

/** Without a survey's task, what was said since the last report that was taken is the task. */
function sinceAccepted(turns: readonly Turn[]): readonly Turn[] {
  const accepted = turns.findLastIndex(
    (turn) =>
      turn.kind === "said" &&
      turn.calls.some(({ name, outcome }) => name === "report_to_parent" && outcome?.kind === "ok"),
  );
  const later = turns.slice(accepted + 1);
  return later.some(({ kind }) => kind === "told") ? later : turns;
}

/** The last word after a report, unless something was said since, or it was refused and may be tried again. */
function endOf(turns: readonly Turn[]): Answer | undefined {
  const reported = turns.findLastIndex(
    (turn) => turn.kind === "said" && turn.calls.some(({ name }) => name === "report_to_parent"),
  );
  if (reported < 0) return undefined;
  const calls = callsIn(turns).filter(({ name }) => name === "report_to_parent");
  const last = calls.at(-1);
  if (last?.outcome?.kind === "error") {
    if (calls.filter(({ outcome }) => outcome?.kind === "error").length < MOST_REPORTS_REFUSED)
      return undefined;
    return say(`My report was refused: ${last.outcome.message}`);
  }
  return turns.slice(reported).some(({ kind }) => kind === "told") ? undefined : say("I have reported.");
}

interface Situation {
  readonly task: SurveyTask;
  readonly calls: readonly PastCall[];
  readonly tools: ReadonlySet<string>;
  readonly hurry: boolean;
  readonly corrections: readonly string[];
}

interface Step {
  readonly tool: string;
  readonly input: unknown;
  readonly words: string;
}

function nextOf(situation: Situation): Answer {
  const { task, calls, tools, hurry, corrections } = situation;
  const findings = findingsOf(task, calls);
  const done = new Set(calls.map(({ name }) => name));
  const steps = stepsOf(task, findings).filter(({ tool }) => !done.has(tool) || tool === "read_file");
  const next = steps.find(({ tool }) => tools.has(tool));
  if (next !== undefined && !hurry) return call(next.tool, next.input, next.words);
  const undone = steps
    .filter(({ tool }) => tool !== "read_file")
    .map(({ tool }) =>
      tools.has(tool)
        ? `${tool} was not called, because I was told to wrap up`
        : `I have no tool ${tool}, which this task needs`,
    );
  return call("report_to_parent", partReport(task, findings, { corrections, undone }), "Reporting.");
}

function stepsOf(task: SurveyTask, findings: PartFindings): readonly Step[] {
  const { scope, part } = task;
  const name = JSON.stringify(part);
  return [
    { tool: "measure_files", input: scope, words: `Measuring ${name}.` },
    {
      tool: "search_text",
      input: { pattern: MARKS, syntax: "regex", ...scope, maxMatches: 10 },
      words: "Looking for open marks.",
    },
    { tool: "outline_files", input: { ...scope, maxFiles: 12 }, words: "Listing exported names." },
    ...findings.unread.slice(0, 1).map((path) => ({
      tool: "read_file",
      input: { path, limit: 60 },
      words: `Reading ${JSON.stringify(path)}.`,
    })),
  ];
}
