import {
  isEnded,
  textOf,
  type AgentState,
  type Message,
  type Report,
  type ToolCallState,
} from "@colony/core";
import {
  activity,
  agentName,
  shownWord,
  spent,
  statusShown,
  statusStyle,
  NO_WORK,
  usageOf,
  type Moment,
  type WorkDone,
} from "./agent-words.ts";
import type { NumberedRequest } from "../requests/numbered.ts";
import { requestLines } from "../requests/request-lines.ts";
import { AT_COMMAND_LINE } from "../requests/request-words.ts";
import { cutAnswerLines, type CutAnswer } from "./cut-answers.ts";
import { jsonLine } from "./event-words.ts";
import { PLAIN, type Paint } from "./paint.ts";
import { duration, moment } from "./units.ts";
import { clip } from "./width.ts";
import { counted, harmless, onOneLine, spaced } from "./words.ts";
import { toolCallsOf } from "./worker-table.ts";

/** Everything a page about an agent is made from. */
export interface AgentPage {
  readonly state: AgentState;
  readonly report: Report | undefined;
  readonly conversation: readonly Message[];
  /** Default none. */
  readonly work?: WorkDone;
  /** Answers that were cut off, oldest first; default none. */
  readonly cutAnswers?: readonly CutAnswer[];
  /** What it waits for from people, with the numbers of the inbox; default nothing. */
  readonly requests?: readonly NumberedRequest[];
}

/** How a page is drawn. */
export interface PagePlace extends Moment {
  readonly columns: number;
  readonly paint?: Paint;
  /** Messages shown, the newest ones; default 12. */
  readonly messages?: number;
}

const MOST_DATA_LINES = 60;

/** A page about one agent: what it was asked, how it stands, what it reported, what it used, what it said last. */
export function agentPage(page: AgentPage, place: PagePlace): readonly string[] {
  const { paint = PLAIN } = place;
  const { record } = page.state;
  const name = agentName(record);
  const head = `${paint("bold", name === record.id ? record.id : `${name} (${record.id})`)}  ${paint(statusStyle(shownWord(record)), statusShown(record, place))}`;
  return [
    head,
    "",
    ...factLines(page, place),
    ...unknownLines(page.state, paint),
    ...waitingLines(page.requests ?? [], place),
    ...(record.task === null ? [] : section("Task", harmless(record.task).trimEnd().split("\n"), paint)),
    ...reportLines(page.report, paint),
    ...conversationLines(page.conversation, place),
    ...cutAnswerLines(page.cutAnswers ?? [], { columns: place.columns, paint }),
  ];
}

function factLines(
  { state: { record, execution, inbox }, work = NO_WORK }: AgentPage,
  place: PagePlace,
): readonly string[] {
  const { paint = PLAIN, isPaused = false, waitsFor } = place;
  const summary = record.execution;
  const startedAt = summary?.startedAt ?? null;
  const endedAt = summary?.endedAt ?? null;
  const doing = summary !== null && !isEnded(summary.status) && !isPaused ? activity(record, waitsFor) : "";
  const facts: readonly (readonly [string, string])[] = [
    ["kind", `${record.kind}, ${record.lifetime}, definition ${record.definitionId}`],
    ["owner", harmless(record.owner ?? "")],
    ["profile", profileWords(record)],
    ["tools", rightsWords(record)],
    ["doing", doing],
    ["spawned", `${moment(record.spawnedAt)}${record.parentId === null ? "" : ` by ${record.parentId}`}`],
    ["started", startedAt === null ? "" : moment(startedAt)],
    [
      "ended",
      endedAt === null ? "" : `${moment(endedAt)}, ${spaced(summary?.cause ?? summary?.status ?? "")}`,
    ],
    ["at work", startedAt === null ? "" : `${duration(work.ms)}${inExecutions(record)}`],
    [
      "used",
      [spent(usageOf(record)), counted(work.turns, "turn"), counted(toolCallsOf(record), "tool call")]
        .filter((part) => part !== "")
        .join(", "),
    ],
    ["taken up", summary !== null && summary.attempt > 1 ? counted(summary.attempt, "time") : ""],
    ["reached", milestoneWords(record)],
    [
      "pruned",
      record.prunedAt === undefined
        ? ""
        : `on ${moment(record.prunedAt)}: its conversation is not kept any longer`,
    ],
    ["inbox", inbox.length === 0 ? "" : `${counted(inbox.length, "input")} not yet delivered`],
    ["notices", noticeWords(record)],
    ["error", harmless(execution?.error?.message ?? "")],
  ];
  return facts
    .filter(([, value]) => value !== "")
    .map(
      ([title, value]) =>
        `${paint("dim", title.padEnd(9))}${title === "error" ? paint("red", value) : value}`,
    );
}

function milestoneWords({ milestone }: AgentState["record"]): string {
  return milestone === undefined ? "" : `${onOneLine(milestone.text)}, ${moment(milestone.at)}`;
}

/** Whether people are told of it, and what they have not been told yet. */
function noticeWords({ notify, notices = [] }: AgentState["record"]): string {
  if (notices.length === 0) return notify === true ? "a person is told when it has ended" : "";
  const failed = notices.some(({ failures }) => failures > 0) ? ", and nobody could be told so far" : "";
  return `${counted(notices.length, "report")} to be told of${failed}`;
}

/** Absent where it is told what its definition says. */
function profileWords({ profile }: AgentState["record"]): string {
  if (profile === undefined || typeof profile === "string") return profile ?? "";
  return `its own: ${profile.sections.join(", ")}`;
}

/** What it was spawned with; the rest stands in its definition. */
function rightsWords({ allowed, denied }: AgentState["record"]): string {
  const only = allowed === undefined ? [] : [`only ${allowed.join(", ") || "to report"}`];
  const never = denied === undefined ? [] : [`never ${denied.join(", ")}, nor anybody below it`];
  return [...only, ...never].join("; ");
}

/** Where there were several, started and ended are of the newest, and what was used is of all. */
function inExecutions({ executions }: AgentState["record"]): string {
  return executions > 1 ? ` in ${counted(executions, "execution")}` : "";
}

/** Calls of which nobody knows whether they took effect: a person has to look after them. */
function unknownLines({ conversation }: AgentState, paint: Paint): readonly string[] {
  const unknown: ToolCallState[] = [];
  for (const entry of conversation)
    if (entry.role === "assistant")
      unknown.push(...entry.calls.filter(({ result }) => result?.status === "unknown"));
  if (unknown.length === 0) return [];
  return [
    "",
    paint(
      "red",
      "Outcome unknown: these calls began, their host died, and nobody knows whether they took effect. Check by hand:",
    ),
    ...unknown.map(({ name, callId, input }) =>
      paint("red", `  ! ${name} (${callId}) ${clip(jsonLine(input), 200)}`),
    ),
  ];
}

function waitingLines(
  requests: readonly NumberedRequest[],
  { paint = PLAIN, now, columns }: PagePlace,
): readonly string[] {
  if (requests.length === 0) return [];
  const shown = { paint, now, width: columns - 2, words: AT_COMMAND_LINE };
  return section(
    "Waits for",
    requests.flatMap((one) => requestLines(one, shown)),
    paint,
  );
}

function reportLines(report: Report | undefined, paint: Paint): readonly string[] {
  if (report === undefined) return [];
  const { status, explicit, summary, data, error, artifacts } = report;
  const how = `${spaced(status)}${explicit ? "" : ", made from how it ended: it did not report by itself"}`;
  const body = [
    paint(statusStyle(status), how),
    ...harmless(summary).trimEnd().split("\n"),
    ...(error === null ? [] : [paint("red", harmless(error.message))]),
    ...valueLines("data", data, paint),
    ...(artifacts.length === 0 ? [] : valueLines("artifacts", artifacts, paint)),
  ];
  return section("Report", body, paint);
}

function valueLines(title: string, value: unknown, paint: Paint): readonly string[] {
  if (value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0))
    return [];
  const lines = harmless(JSON.stringify(value, null, 2)).split("\n");
  const more = lines.length - MOST_DATA_LINES;
  return [
    paint("dim", `${title}:`),
    ...lines.slice(0, MOST_DATA_LINES),
    ...(more > 0 ? [paint("dim", `(${counted(more, "more line")}; --json shows everything)`)] : []),
  ];
}

function conversationLines(messages: readonly Message[], place: PagePlace): readonly string[] {
  const { paint = PLAIN, columns, messages: most = 12 } = place;
  if (messages.length === 0) return [];
  const shown = most === 0 ? [] : messages.slice(-most);
  const earlier = messages.length - shown.length;
  const lines = shown.map((message) => {
    const [who, what] = said(message);
    const head = `${who.padEnd(9)} `;
    return `${paint("dim", head)}${clip(what, Math.max(30, columns - head.length - 2))}`;
  });
  const omitted =
    earlier > 0
      ? [paint("dim", `(${counted(earlier, "earlier message")}; "colony export" writes all of it)`)]
      : [];
  return section("Conversation", [...omitted, ...lines], paint);
}

function said(message: Message): readonly [string, string] {
  switch (message.role) {
    case "user":
      return [message.origin, onOneLine(message.text)];
    case "tool":
      return [`  ${message.result.status}`, `${message.name}: ${jsonLine(message.result.output)}`];
    case "assistant": {
      const calls = message.parts.flatMap((part) =>
        part.type === "tool-call" ? [`→ ${part.name} ${jsonLine(part.input)}`] : [],
      );
      return ["says", [onOneLine(textOf(message)), ...calls].filter((part) => part !== "").join("  ")];
    }
  }
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return ["", paint("bold", title), ...lines.map((line) => (line === "" ? "" : `  ${line}`))];
}
