import { collectGarbage, collectNewGarbage } from "./collect-garbage.ts";

/** One way of doing the work: does it once and says what it cost, in the unit of its line. */
export type Side = () => number | Promise<number>;

/** What each side cost, round by round. */
export type Figures<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/**
 * How a process has been at work before it is measured: not at all, by an earlier measurement, or for so long that what it
 * runs is compiled, and with somebody at work in it all the while.
 */
export type Beginning = "cold" | "warm" | "busy";

/** Uncounted turns of each side. What a piece of work calls once is compiled after some ten thousand of them. */
const UNCOUNTED: Record<Beginning, number> = { cold: 1, warm: 0, busy: 20 };

/**
 * Measures all sides by turns, A B A B, after uncounted turns of each: one unless they are warm from an earlier
 * measurement, or as many as it takes to be as busy as a host that has been at work for a while. What else the machine does falls on all of them alike, so that ratios hold where times do not. What was before
 * is freed once, at the beginning; between the turns only new garbage is, on all sides alike, so that every side keeps its
 * compiled code. What a side leaves behind that is old may be collected in another's turn: the middle of the rounds is what
 * counts, not their sum.
 */
export async function interleave<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, Side>>,
  beginning: Beginning = "cold",
): Promise<Figures<Name>> {
  const names = Object.keys(sides) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  collectGarbage();
  for (let round = 1 - UNCOUNTED[beginning]; round <= rounds; round += 1)
    for (const name of names) {
      collectNewGarbage();
      const figure = await sides[name]();
      if (round > 0) figures[name].push(figure);
    }
  return figures;
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** The number that this share of them does not exceed. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  if (share === 0.5 && sorted.length % 2 === 0) {
    const upper = sorted.length / 2;
    return ((sorted[upper - 1] ?? Number.NaN) + (sorted[upper] ?? Number.NaN)) / 2;
  }
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
