import type { AgentId, AgentRecord, Question } from "@colony/core";
import { agentName } from "../render/agent-words.ts";
import type { Paint } from "../render/paint.ts";
import { duration } from "../render/units.ts";
import { harmless } from "../render/words.ts";
import { rowsOf, widthOf, wordRowsOf } from "../render/width.ts";
import type { NumberedRequest } from "./numbered.ts";
import type { RequestWords } from "./request-words.ts";

interface Shown {
  readonly paint: Paint;
  readonly now: number;
  /** Columns to fit into; infinite where nobody looks at it on a screen. */
  readonly width: number;
  /** At most so many lines of what is asked, or of what a tool is to run with; default: all of it. */
  readonly most?: number;
  /** For the names that agents are shown by. */
  readonly recordOf?: (id: AgentId) => AgentRecord | undefined;
  /** How it is decided from here; default: nobody decides here. */
  readonly words?: RequestWords;
  /** Whether that is said below it. Default: it is. */
  readonly hasHint?: boolean;
  /** The question that is answered by what is typed next. */
  readonly isNext?: boolean;
}

const INDENT = "    ";

/** One thing that waits for a person, as some lines under a number. */
export function requestLines({ number, request }: NumberedRequest, shown: Shown): readonly string[] {
  const { paint, now, width, words, hasHint = true } = shown;
  const who = request.depth === 0 ? "overseer" : nameIn(shown, request.agentId, request.agentName);
  const whom = request.kind === "question" && request.to !== null ? ` ${nameIn(shown, request.to)}` : "";
  const what = request.kind === "question" ? `asks${whom}` : `wants to call ${request.tool}`;
  const ms = Math.max(0, now - request.askedAt);
  // Where it is told at once, for how long it has waited says nothing.
  const since = words !== undefined && ms < 1_000 ? "" : `, for ${duration(ms)}`;
  const until =
    request.kind === "question" && request.expiresAt !== null
      ? `, answered by itself in ${duration(Math.max(0, request.expiresAt - now))}`
      : "";
  const head = `${paint("bold", `${number}  ${harmless(who)}`)} ${harmless(what)} ${paint("dim", `(${request.id}${since}${until})`)}`;
  const hint = words === undefined || !hasHint ? [] : rowsIn([hintOf({ number, request }, shown)], { width });
  return [
    ...wordRowsOf(head, width),
    ...bodyLines({ number, request }, shown),
    ...hint.map((row) => paint("dim", row)),
  ];
}

function nameIn({ recordOf }: Shown, id: AgentId, name: string | null = null): string {
  const record = recordOf?.(id);
  return record === undefined ? (name ?? id) : agentName(record);
}

/** One question, as it stands under its request. */
export function questionRows(question: Question, { width }: Pick<Shown, "width">): readonly string[] {
  return rowsIn(questionLines(question, undefined), { width });
}

function bodyLines({ number, request }: NumberedRequest, shown: Shown): readonly string[] {
  const { paint, most = Number.POSITIVE_INFINITY, words } = shown;
  const body =
    request.kind === "question"
      ? request.questions.flatMap((question) => questionLines(question, request.answers[question.id]))
      : JSON.stringify(request.input, null, 2).split("\n");
  const rows = rowsIn(body, shown);
  if (rows.length <= most) return rows;
  const whole = words === undefined ? "" : `; ${words.whole(number)} shows all of it`;
  return [...rows.slice(0, most), paint("dim", `${INDENT}(cut here${whole})`)];
}

/** What is wider than the screen and has no words to be cut between is cut anywhere: nothing of it goes unseen. */
function rowsIn(
  lines: readonly string[],
  { width, most = Number.POSITIVE_INFINITY }: Pick<Shown, "width" | "most">,
): readonly string[] {
  const room = Math.max(20, width - INDENT.length);
  const longest = most * room;
  return lines
    .slice(0, most + 1)
    .flatMap((line) =>
      wordRowsOf(harmless(line.length > longest ? line.slice(0, longest + room) : line), room),
    )
    .flatMap((row) => (widthOf(row) > room ? rowsOf(row, room) : [row]))
    .map((row) => `${INDENT}${row}`);
}

function questionLines(question: Question, answer: string | undefined): readonly string[] {
  const { id, text, options = [], freeform = true, default: fallback } = question;
  const asked = `${id}: ${text}`.split("\n");
  if (answer !== undefined) return [...asked, `  answered: ${answer}`];
  const own = options.length > 0 && freeform ? ["  or a text of your own"] : [];
  const unless = fallback === undefined ? [] : [`  default: ${fallback}`];
  return [...asked, ...options.map((option, index) => `  ${index + 1} ${option}`), ...own, ...unless];
}

function hintOf({ number, request }: NumberedRequest, { words, isNext = false }: Shown): string {
  if (words === undefined) return "";
  if (request.kind === "question")
    return isNext ? "what you type next answers it" : `${words.answer} ${number} ... answers it`;
  return `${words.approve} ${number} lets it run (${words.always} or tool: later calls too), ${words.deny} ${number} does not`;
}
