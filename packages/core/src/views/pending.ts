import type { AgentId, CallId, ExecutionId } from "../ids.ts";
import type { JsonValue } from "../json.ts";
import { openCalls } from "../plan/open-calls.ts";
import type { AgentState, ApprovalRequest, QuestionRequest } from "../state/agent-state.ts";

/** What one call of an agent waits for. */
export type PendingRequest = {
  /** `<agent id>/<call id>`: what answers and decisions name. */
  readonly id: string;
  readonly agentId: AgentId;
  readonly agentName: string | null;
  readonly definitionId: string;
  readonly depth: number;
  readonly callId: CallId;
  readonly executionId: ExecutionId | null;
  readonly tool: string;
  /** What the tool is to run with; for questions what the model gave. */
  readonly input: JsonValue;
} & (QuestionRequest | ApprovalRequest);

/** The id that an agent's request goes by. */
export function requestIdOf(agentId: AgentId, callId: CallId): string {
  return `${agentId}/${callId}`;
}

/** Everything that an agent waits for from people, in the order in which its model asked for it. */
export function pendingRequests(state: AgentState): readonly PendingRequest[] {
  const { record } = state;
  return openCalls(state).flatMap((call): readonly PendingRequest[] =>
    call.status !== "waiting" || call.request === undefined
      ? []
      : [
          {
            id: requestIdOf(record.id, call.callId),
            agentId: record.id,
            agentName: record.name,
            definitionId: record.definitionId,
            depth: record.depth,
            callId: call.callId,
            executionId: record.execution?.id ?? null,
            tool: call.name,
            input: call.input,
            ...call.request,
          },
        ],
  );
}
