import type { Paint, Style } from "../render/paint.ts";
import { wordRowsOf } from "../render/width.ts";
import { brief, counted, onOneLine } from "../render/words.ts";
import type { Finding } from "./finding.ts";

const MARKS: Record<Finding["state"], readonly [Style, string]> = {
  good: ["green", "✓"],
  note: ["cyan", "•"],
  wrong: ["red", "✗"],
};

/** Room for words, however narrow the terminal is. */
const LEAST_COLUMNS = 20;

/** Findings for people, with how many of them are wrong. What is said is cut between its words where it is too long for a row. */
export function findingLines(
  findings: readonly Finding[],
  {
    paint,
    columns,
  }: { readonly paint: Paint; /** Infinite where there is no terminal. */ readonly columns: number },
): readonly string[] {
  const width = Math.max(...findings.map(({ about }) => about.length)) + 2;
  const room = Math.max(LEAST_COLUMNS, columns - width - 2);
  const problems = findings.filter(({ state }) => state === "wrong").length;
  return [
    ...findings.flatMap(({ about, state, says, mend }) => {
      const [style, mark] = MARKS[state];
      const advice = mend === undefined ? [] : wordRowsOf(`to mend it: ${toldOf(mend)}`, room);
      const [first = "", ...more] = [...wordRowsOf(toldOf(says), room), ...advice];
      const under = more.map((row) => `  ${" ".repeat(width)}${row}`);
      return [`${paint(style, mark)} ${about.padEnd(width)}${first}`, ...under];
    }),
    "",
    problems === 0 ? "nothing is wrong" : `${counted(problems, "problem")} found`,
  ];
}

/** What servers and files say may hold escape sequences. */
function toldOf(words: string): string {
  return brief(onOneLine(words));
}
