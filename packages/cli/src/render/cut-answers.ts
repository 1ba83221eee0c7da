import type { ColonyEvent } from "@colony/core";
import type { Paint } from "./paint.ts";
import { timeOfDay } from "./units.ts";
import { clip } from "./width.ts";
import { onOneLine } from "./words.ts";

/** What a model had said of an answer that was cut off: people may have seen it, and no model is ever given it. */
export interface CutAnswer {
  /** Epoch milliseconds at which it was given up. */
  readonly at: number;
  readonly text: string;
}

/** The newest are shown. */
const MOST = 3;

/** What a failed model call had said, if it had said anything. */
export function cutAnswerOf({ type, at, data }: ColonyEvent): readonly CutAnswer[] {
  if (type !== "MODEL_CALL_FAILED" || data.supersededText === undefined) return [];
  return [{ at, text: data.supersededText }];
}

/** Lines that show them, one for each. */
export function cutAnswerLines(
  answers: readonly CutAnswer[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): readonly string[] {
  if (answers.length === 0) return [];
  const shown = answers.slice(-MOST).map(({ at, text }) => {
    const head = `  ${timeOfDay(at)}  `;
    return `${paint("dim", head)}${clip(onOneLine(text), Math.max(20, columns - head.length))}`;
  });
  return ["", paint("bold", "Cut answers, which no model was given"), ...shown];
}
