import type { ModelRequest } from "@colony/core";
import { bagOf, type Bag } from "../json-reading.ts";

/** A tool as a request offers it: what its own words and its schema say of it. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its input. */
  readonly schema: Bag;
}

/** The tools of a request that the rules can call. */
export function offeredTools({ tools = [] }: Pick<ModelRequest, "tools">): readonly OfferedTool[] {
  return tools.flatMap((tool) =>
    tool.type === "function"
      ? [{ name: tool.name, description: tool.description ?? "", schema: bagOf(tool.inputSchema) }]
      : [],
  );
}
