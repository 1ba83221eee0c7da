import type { Tool as Listed } from "@modelcontextprotocol/sdk/types.js";
import { MAX_JSON_DEPTH, isDeeperThan, shownValue } from "@colony/core";

/** The tools of a server that can be used, and what was left out of its list. */
export interface UsableTools {
  readonly usable: readonly Listed[];
  /** Why, one sentence each. */
  readonly leftOut: readonly string[];
}

/** More sentences than anybody reads. */
const MOST_SENTENCES = 20;

/** A server that lists nonsense has those of its tools that are none, and is nobody else's matter. The first of a name is the one. */
export function usableTools(listed: readonly Listed[]): UsableTools {
  const usable = new Map<string, Listed>();
  const left: string[] = [];
  for (const tool of listed) {
    const { name, inputSchema } = tool;
    const shown = shownValue(name);
    if (usable.has(name)) left.push(`it lists the tool ${shown} more than once: the first one is used`);
    else if (isDeeperThan(MAX_JSON_DEPTH, inputSchema))
      left.push(
        `its tool ${shown} is left out: its input schema is nested more than ${MAX_JSON_DEPTH} levels deep`,
      );
    else usable.set(name, tool);
  }
  const sentences = [...new Set(left)];
  const more = sentences.length - MOST_SENTENCES;
  const leftOut =
    more > 0 ? [...sentences.slice(0, MOST_SENTENCES), `and ${more} more of that kind`] : sentences;
  return { usable: [...usable.values()], leftOut };
}
