const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/;
const quoted = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/;
const commentOrQuoted = new RegExp(`(${comment.source})|${quoted.source}`, "g");

/** A source without its comments; line breaks stay, and what looks like a comment inside a string does too. */
export function withoutComments(text: string): string {
  return text.replace(commentOrQuoted, (match: string, found: string | undefined) =>
    found === undefined ? match : found.replace(/[^\n]/g, ""),
  );
}

const statement = /^(?:import|export)\b[^"';]*?\bfrom\s*["']([^"']+)["']/gm;
const bare = /^import\s*["']([^"']+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"']+)["']/g;

/** The modules a source imports or re-exports from, as written. */
export function importsOf(text: string): readonly string[] {
  const code = withoutComments(text);
  return [statement, bare, dynamic].flatMap((pattern) =>
    Array.from(code.matchAll(pattern), (match) => match[1] ?? ""),
  );
}
