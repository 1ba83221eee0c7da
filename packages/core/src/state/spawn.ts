import type { AgentHandlers } from "./handlers.ts";

/** Workers that did not come to be change nobody's state. */
export const spawnHandlers = {
  SPAWN_REFUSED() {
    // For people; the model is told in the call's outcome.
  },
} satisfies Partial<AgentHandlers>;
