import type { AgentId, AgentRecord, PendingRequest } from "@colony/core";
import { agentName, type WaitsFor } from "../render/agent-words.ts";

/** Whom each agent waits for that has asked something. Who waits for a person and for another agent waits for the person. */
export function whomTheyWaitFor(
  pending: readonly PendingRequest[],
  recordOf: (id: AgentId) => AgentRecord | undefined,
): WaitsFor {
  const whom = new Map<AgentId, string>();
  for (const request of pending) {
    const { agentId } = request;
    const asked = request.kind === "question" ? request.to : null;
    if (asked === null) whom.set(agentId, "you");
    else if (!whom.has(agentId)) {
      const record = recordOf(asked);
      whom.set(agentId, record === undefined ? asked : agentName(record));
    }
  }
  return whom;
}
