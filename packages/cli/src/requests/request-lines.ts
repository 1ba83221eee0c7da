import type { PendingRequest, Question } from "@colony/core";
import type { Paint } from "../render/paint.ts";
import { duration } from "../render/units.ts";
import { harmless } from "../render/words.ts";
import { wordRowsOf } from "../render/width.ts";

interface Shown {
  readonly paint: Paint;
  readonly now: number;
  /** Columns to fit into; infinite where nobody looks at it on a screen. */
  readonly width: number;
}

/** One thing that waits for a person, as some lines under a number. */
export function requestLines(
  request: PendingRequest,
  number: number,
  { paint, now, width }: Shown,
): readonly string[] {
  const who = request.depth === 0 ? "overseer" : (request.agentName ?? request.agentId);
  const what = request.kind === "question" ? "asks" : `wants to call ${request.tool}`;
  const since = duration(Math.max(0, now - request.askedAt));
  const until =
    request.kind === "question" && request.expiresAt !== null
      ? `, answered by itself in ${duration(Math.max(0, request.expiresAt - now))}`
      : "";
  const head = `${paint("bold", `${number}  ${harmless(who)}`)} ${what} ${paint("dim", `(${request.id}, for ${since}${until})`)}`;
  const body =
    request.kind === "question"
      ? request.questions.flatMap((question) => questionLines(question, request.answers[question.id]))
      : JSON.stringify(request.input, null, 2).split("\n");
  return [
    head,
    ...body
      .flatMap((line) => wordRowsOf(harmless(line), Math.max(20, width - 4)))
      .map((line) => `    ${line}`),
  ];
}

function questionLines(question: Question, answer: string | undefined): readonly string[] {
  const { id, text, options = [], freeform = true, default: fallback } = question;
  if (answer !== undefined) return [`${id}: ${text}`, `  answered: ${answer}`];
  const own = options.length > 0 && freeform ? ["  or a text of your own"] : [];
  const unless = fallback === undefined ? [] : [`  default: ${fallback}`];
  return [`${id}: ${text}`, ...options.map((option, index) => `  ${index + 1} ${option}`), ...own, ...unless];
}
