import type { AgentLimits } from "../events/agent.ts";

/**
 * What one execution may consume where nobody said otherwise. The overseer has no wall limit of its own, and does not
 * stall; when a worker has is told by what it waits for (`defineWorker`).
 */
export const DEFAULT_WORKER_LIMITS: AgentLimits = {
  iterations: 50,
  toolCalls: 200,
  softWallMs: 600_000,
  hardWallMs: 720_000,
  parallelTools: 8,
};

/** The overseer's: it waits for workers and people, so time does not count against it. */
export const DEFAULT_OVERSEER_LIMITS: AgentLimits = {
  iterations: 200,
  toolCalls: 1_000,
  softWallMs: Number.MAX_SAFE_INTEGER,
  hardWallMs: Number.MAX_SAFE_INTEGER,
  parallelTools: 8,
};

/** A tool result longer than this many characters is stored whole and shown as a preview. */
export const MAX_RESULT_CHARACTERS = 30_000;
/** How much of a long result the model is shown. */
export const RESULT_PREVIEW_CHARACTERS = 5_000;
/** Longest text of one input, in characters. */
export const MAX_INPUT_CHARACTERS = 1_000_000;
/** How many levels deep a tool's input or result may be nested. */
export const MAX_JSON_DEPTH = 200;
