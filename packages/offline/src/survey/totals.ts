import type { Amount, PartResult } from "./part-result.ts";

/** Nothing at all. */
const NOTHING: Amount = { files: 0, lines: 0, bytes: 0 };

/** Both together. */
function plus(a: Amount, b: Amount): Amount {
  return { files: a.files + b.files, lines: a.lines + b.lines, bytes: a.bytes + b.bytes };
}

/** What all measured parts have together. */
export function totalOf(results: readonly PartResult[]): Amount {
  return results.reduce((sum, { amount }) => plus(sum, amount ?? NOTHING), NOTHING);
}

/** The languages of all parts, those with most lines first; what no part named comes last. */
export function languagesOf(
  results: readonly PartResult[],
): readonly (Amount & { readonly language: string })[] {
  const sums = new Map<string, Amount>();
  for (const { languages } of results)
    for (const row of languages) sums.set(row.language, plus(sums.get(row.language) ?? NOTHING, row));
  const rest = results.reduce((sum, { otherLanguages }) => plus(sum, otherLanguages), NOTHING);
  return [
    ...[...sums]
      .map(([language, amount]) => ({ language, ...amount }))
      .toSorted((a, b) => b.lines - a.lines || b.bytes - a.bytes),
    ...(rest.files === 0 ? [] : [{ language: "rarer kinds", ...rest }]),
  ];
}

/** The largest files of all parts. */
export function largestOf(results: readonly PartResult[], count: number): PartResult["largest"] {
  return results
    .flatMap(({ largest }) => largest)
    .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
    .slice(0, count);
}
