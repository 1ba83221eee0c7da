import { OVERSEER_INSTRUCTIONS, WORKER_DESCRIPTION, WORKER_INSTRUCTIONS } from "./instructions.ts";

/**
 * What `extend: default` brings along: an overseer and one kind of worker that look at the workspace. Workers neither
 * delegate nor ask people, whatever the colony's depth is.
 */
export const DEFAULT_COLONY = {
  version: "1",
  overseer: { instructions: OVERSEER_INSTRUCTIONS, tools: ["workspace"] },
  workers: {
    worker: {
      instructions: WORKER_INSTRUCTIONS,
      description: WORKER_DESCRIPTION,
      tools: ["workspace"],
      toolSet: { deny: ["group:delegation", "group:people"] },
    },
  },
};
