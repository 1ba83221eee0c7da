import type { AgentHandlers } from "./handlers.ts";

/** Which processes of an agent's calls have not ended. */
export const processHandlers = {
  PROCESS_STARTED(draft, { data, at, executionId = null, correlationId = null }) {
    const { processId, callId, pid, startToken, command } = data;
    const process = {
      processId,
      callId,
      executionId,
      correlationId,
      pid,
      startToken,
      command,
      startedAt: at,
    };
    draft.processes = [...draft.processes, process];
    if (draft.execution !== null) draft.execution.lastStepAt = at;
    draft.record.processes = draft.processes.length;
  },
  PROCESS_EXITED(draft, { data }) {
    draft.processes = draft.processes.filter(({ processId }) => processId !== data.processId);
    draft.record.processes = draft.processes.length;
  },
} satisfies Partial<AgentHandlers>;
