import type { AgentRecord, Tool } from "@colony/core";
import { askUserTool, escalateTool } from "@colony/overseer";

/** The tools that the runtime adds to an agent's own: one list for all agents that are alike. */
export interface RuntimeTools {
  readonly overseer: readonly Tool[];
  /** Of an overseer that may not spawn. */
  readonly alone: readonly Tool[];
  /** Of workers that may spawn others. */
  readonly parent: readonly Tool[];
  readonly worker: readonly Tool[];
}

/** Before the colony is there. */
export const NO_TOOLS: RuntimeTools = { overseer: [], alone: [], parent: [], worker: [] };

/** What each kind of agent gets. An overseer asks people, a worker whoever spawned it. */
export function runtimeTools(delegation: readonly Tool[]): RuntimeTools {
  return {
    overseer: [...delegation, askUserTool],
    alone: [askUserTool],
    parent: [...delegation, escalateTool],
    worker: [escalateTool],
  };
}

/** Those of one agent. */
export function toolsOf(
  { kind, depth }: Pick<AgentRecord, "kind" | "depth">,
  tools: RuntimeTools,
  maxDepth: number,
): readonly Tool[] {
  const mayDelegate = depth < maxDepth;
  if (kind === "overseer") return mayDelegate ? tools.overseer : tools.alone;
  return mayDelegate ? tools.parent : tools.worker;
}
