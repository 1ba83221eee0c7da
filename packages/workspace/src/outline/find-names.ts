/** The names that one source file gives to others, in the order they stand there, each once. */
export type OutlineRule = (source: string) => readonly string[];

interface Found {
  readonly at: number;
  readonly name: string;
}

/** A rule from expressions (flags `gm`) whose first group is a name; the second, if any, is a list to be split. */
export function byPatterns(...patterns: readonly RegExp[]): OutlineRule {
  return (source) => inOrder(patterns.flatMap((pattern) => foundBy(source, pattern, (text) => [text])));
}

/** What an expression's first group holds, made into names by `names`. */
export function foundBy(
  source: string,
  pattern: RegExp,
  names: (text: string) => readonly string[],
): readonly Found[] {
  return [...source.matchAll(pattern)].flatMap((match) =>
    names(match[1] ?? "").map((name) => ({ at: match.index, name })),
  );
}

/** Names in the order of the text, each once. */
export function inOrder(found: readonly Found[]): readonly string[] {
  const names = found.toSorted((a, b) => a.at - b.at).map(({ name }) => name.trim());
  return [...new Set(names)].filter((name) => name !== "");
}

/** The items of a comma-separated list, without comments. */
export function listed(text: string): readonly string[] {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//gu, "")
    .replaceAll(/(?:\/\/|#).*$/gmu, "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** The source with what an expression finds turned into spaces, so that places stay the same. */
export function blanked(source: string, pattern: RegExp): string {
  return source.replaceAll(pattern, (text) => text.replaceAll(/[^\n]/gu, " "));
}
