import type { AgentKind, Tool } from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import { reportTool } from "./report-tool.ts";

/** The tools of agents of one definition to which the runtime adds none: the same for all of them. */
const OF_WORKERS = new WeakMap<AgentDefinition, ReadonlyMap<string, Tool>>();

/** An agent's tools by name: its definition's, those that the runtime adds, and a worker's own way to report. */
export function toolsOf(
  definition: AgentDefinition,
  { kind, extra }: { readonly kind: AgentKind; readonly extra: readonly Tool[] },
): ReadonlyMap<string, Tool> {
  if (kind === "overseer") return byName([...definition.tools, ...extra]);
  const known = OF_WORKERS.get(definition);
  if (known !== undefined && extra.length === 0) return known;
  const own = reportTool(definition.report, definition.reportSchema);
  const tools = byName([...definition.tools, ...extra, own]);
  if (extra.length === 0) OF_WORKERS.set(definition, tools);
  return tools;
}

function byName(tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  return new Map(tools.map((tool) => [tool.name, tool]));
}
