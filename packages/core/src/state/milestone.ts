import type { AgentHandlers } from "./handlers.ts";

/** The newest milestone is shown; how many there were is what the next one is held to. */
export const milestoneHandlers = {
  MILESTONE_REACHED(draft, { data, at }) {
    const { callId, ordinal, text } = data;
    draft.record.milestone = { text, at };
    const { execution } = draft;
    if (execution === null) return;
    const reached = execution.milestones ?? { count: 0, calls: {} };
    execution.milestones = {
      count: reached.count + 1,
      calls: { ...reached.calls, [`c:${callId}`]: ordinal },
    };
    execution.lastStepAt = at;
  },
} satisfies Partial<AgentHandlers>;
