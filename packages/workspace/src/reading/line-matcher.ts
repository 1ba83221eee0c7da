import { createContext, Script } from "node:vm";
import { ColonyError, messageOf } from "@colony/core";

const BLOCK_LIMIT_MS = 500;
// A match cannot be interrupted from the thread it runs in, except by the engine's own watchdog: hence a script.
const MATCH = new Script(
  "JSON.stringify(lines.flatMap((line, index) => (pattern.test(line) ? [index] : [])))",
);

/** Tells which of some lines match, by index. */
export type LineMatcher = (lines: readonly string[]) => readonly number[];

/**
 * Compiles a search. A regular expression that needs more than half a second for one block of lines (they can need
 * hours) is given up with `tool.invalid_input`, as is one that cannot be compiled.
 */
export function createLineMatcher(search: {
  readonly pattern: string;
  readonly syntax: "plain" | "regex";
  readonly letterCase: "exact" | "ignore";
}): LineMatcher {
  const { pattern, syntax, letterCase } = search;
  const regex = compiled(
    syntax === "plain" ? RegExp.escape(pattern) : pattern,
    letterCase === "ignore" ? "i" : "",
  );
  const context = createContext({ pattern: regex, lines: [] });
  return (lines) => {
    context["lines"] = lines;
    try {
      const found: unknown = MATCH.runInContext(context, { timeout: BLOCK_LIMIT_MS });
      return indexes(found);
    } catch (cause) {
      throw new ColonyError(
        "tool.invalid_input",
        `pattern ${JSON.stringify(pattern)} takes too long to match; search for plain text or a simpler expression`,
        { cause },
      );
    }
  };
}

function compiled(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (cause) {
    throw new ColonyError(
      "tool.invalid_input",
      `pattern ${JSON.stringify(source)} is not a regular expression (${messageOf(cause)}); use syntax "plain" for plain text`,
      { cause },
    );
  }
}

function indexes(found: unknown): readonly number[] {
  const parsed: unknown = JSON.parse(String(found));
  return Array.isArray(parsed) ? parsed.filter((index) => typeof index === "number") : [];
}
