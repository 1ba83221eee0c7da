import type { Tool } from "@colony/core";
import type { Mortality } from "./mortality.ts";

/** A tool as one process runs it. */
export function mortalTool(tool: Tool, mortality: Mortality): Tool {
  return {
    ...tool,
    run: async (input, context) => {
      await mortality.point(`before tool ${tool.name}`);
      try {
        return await mortality.living(Promise.try(() => tool.run(input, context)));
      } finally {
        await mortality.point(`after tool ${tool.name}`);
      }
    },
    ...(tool.reconcile === undefined ? {} : { reconcile: reconciling(tool, mortality) }),
  };
}

function reconciling(tool: Tool, mortality: Mortality): NonNullable<Tool["reconcile"]> {
  return async (callKey, input) => {
    const said = await mortality.after(
      `before reconcile ${tool.name}`,
      async () => (await tool.reconcile?.(callKey, input)) ?? ({ outcome: "unknown" } as const),
    );
    await mortality.point(`after reconcile ${tool.name}`);
    return said;
  };
}
