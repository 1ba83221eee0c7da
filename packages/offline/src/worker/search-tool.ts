import type { OfferedTool } from "../conversation/offered-tools.ts";
import { bagIn, bagOf, type Bag, textIn, textsIn } from "../json-reading.ts";

/** A tool that can be asked for words. */
export interface SearchTool {
  readonly name: string;
  /** The one property of its input that must be given. */
  readonly property: string;
  /** What else is given, where the tool needs more than words. */
  readonly besides?: Bag;
}

const SEARCHES = /search|find|look[ _-]?up|quer(?:y|ies)|grep|retriev|recall/iu;
const ASKS =
  /^(?:q|query|queries|search|searchFor|words?|keywords?|terms?|text|pattern|phrase|topic|question|subject)$/iu;

const MOST_MATCHES = 60;
const WHOLE_WORKSPACE = { letterCase: "ignore", paths: ["."], maxMatches: MOST_MATCHES };

/**
 * The tool to search with: the workspace's own, else one whose input has exactly one required property, a string, and that says it searches. A tool
 * that only happens to take a string may write, send or delete; it is never tried.
 */
export function searchToolIn(offered: readonly OfferedTool[]): SearchTool | undefined {
  const inFiles = offered.find(
    ({ name, schema }) => name === "search_text" && textsIn(schema, "required").includes("paths"),
  );
  if (inFiles !== undefined) return { name: "search_text", property: "pattern", besides: WHOLE_WORKSPACE };
  const candidates = offered.flatMap(({ name, description, schema }) => {
    const [property, ...others] = textsIn(schema, "required");
    if (property === undefined || others.length > 0) return [];
    const { [property]: wanted } = bagIn(schema, "properties");
    if (textIn(bagOf(wanted), "type") !== "string") return [];
    const score =
      (SEARCHES.test(name) ? 2 : 0) + (SEARCHES.test(description) ? 1 : 0) + (ASKS.test(property) ? 1 : 0);
    return [{ name, property, score }];
  });
  const [best] = candidates.filter(({ score }) => score > 1).toSorted((a, b) => b.score - a.score);
  return best === undefined ? undefined : { name: best.name, property: best.property };
}
