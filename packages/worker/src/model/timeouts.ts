/** How long a model may keep silent. */
export interface ModelTimeouts {
  /** Until the first piece of its answer; default 600,000. */
  readonly firstTokenMs: number;
  /** Between two pieces; default 120,000. */
  readonly idleMs: number;
}

/** Local models may take minutes to read a long prompt, and reasoning ones to think. */
export const DEFAULT_MODEL_TIMEOUTS: ModelTimeouts = { firstTokenMs: 600_000, idleMs: 120_000 };
