import type { Model, Tool } from "@colony/core";
import { defineWorker, type ColonyOptions } from "@colony/runtime";
import { OVERSEER_INSTRUCTIONS, WORKER_DESCRIPTION, WORKER_INSTRUCTIONS } from "@colony/definitions";

/**
 * Who is in the colony that the command line opens: an overseer and one kind of worker, over the same folder. The same
 * for every model, the offline one included.
 */
export function colonyDefinitions(
  model: Model,
  tools: readonly Tool[],
): Pick<ColonyOptions, "overseer" | "workers"> {
  return {
    overseer: { model, tools, instructions: OVERSEER_INSTRUCTIONS },
    workers: {
      worker: defineWorker({
        model,
        tools,
        instructions: WORKER_INSTRUCTIONS,
        description: WORKER_DESCRIPTION,
      }),
    },
  };
}

/** What an agent of a definition is told besides its role; empty for definitions of others. */
export function instructionsOf(definitionId: string): string {
  if (definitionId === "overseer") return OVERSEER_INSTRUCTIONS;
  return definitionId === "worker" ? WORKER_INSTRUCTIONS : "";
}
