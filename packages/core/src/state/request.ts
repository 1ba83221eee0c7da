import { eventIdOf, inputId } from "../ids.ts";
import { questionText } from "../messages/question-text.ts";
import type { AgentHandlers } from "./handlers.ts";
import { addToInbox } from "./inbox.ts";
import { changeCall, countRequests } from "./tool.ts";

/** Calls that wait for people; and what an agent is asked by its workers. */
export const requestHandlers = {
  QUESTION_ASKED(draft, fact) {
    const { data, at, agentId, version, correlationId = null } = fact;
    const { callId, questions, to, expiresAt } = data;
    if (agentId !== draft.record.id) {
      addToInbox(draft, {
        inputId: inputId(eventIdOf(agentId, version)),
        kind: "question",
        mode: "steer",
        from: agentId,
        text: questionText(agentId, data),
        files: [],
        report: null,
        correlationId,
        receivedAt: at,
      });
      return;
    }
    const request = { kind: "question", questions, answers: {}, to, askedAt: at, expiresAt } as const;
    wait(draft, callId, { status: "waiting", request, startedAt: at });
    if (draft.execution !== null) draft.execution.lastStepAt = at;
  },
  QUESTION_ANSWERED(draft, { data: { callId, answers } }) {
    const request = requestOf(draft, callId);
    if (request?.kind !== "question") return;
    wait(draft, callId, { request: { ...request, answers: { ...request.answers, ...answers } } });
  },
  APPROVAL_REQUESTED(draft, { data: { callId }, at }) {
    wait(draft, callId, { status: "waiting", request: { kind: "approval", askedAt: at } });
    if (draft.execution !== null) draft.execution.lastStepAt = at;
  },
  APPROVAL_RESOLVED(draft, { data, at }) {
    const { callId, decision, by, input, always } = data;
    if (draft.execution !== null) draft.execution.lastStepAt = at;
    // A denied one has its outcome in the same commit.
    if (decision === "denied") return;
    const edited = input === undefined ? {} : { input };
    const name = wait(draft, callId, { status: "requested", approvedBy: by, ...edited });
    if (always !== "worker" || name === undefined) return;
    const approved = draft.approvedTools ?? [];
    if (!approved.includes(name)) draft.approvedTools = [...approved, name];
  },
} satisfies Partial<AgentHandlers>;

type Changed = Parameters<typeof changeCall>;

/** Changes a call that has to do with people; its tool's name. */
function wait(draft: Changed[0], callId: Changed[1], change: Changed[2]): string | undefined {
  const calls = changeCall(draft, callId, change);
  if (calls === undefined) return undefined;
  countRequests(draft, calls);
  return calls.find((call) => call.callId === callId)?.name;
}

function requestOf(draft: Changed[0], callId: Changed[1]): Changed[2]["request"] {
  for (let index = draft.conversation.length - 1; index >= 0; index -= 1) {
    const entry = draft.conversation[index];
    const call = entry?.role === "assistant" ? entry.calls.find((each) => each.callId === callId) : undefined;
    if (call !== undefined) return call.request;
  }
  return undefined;
}
