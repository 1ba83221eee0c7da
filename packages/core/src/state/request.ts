import { eventIdOf, inputId } from "../ids.ts";
import { questionText } from "../messages/question-text.ts";
import type { AgentHandlers } from "./handlers.ts";
import { addToInbox } from "./inbox.ts";
import { callOf, changeCall, countRequests } from "./tool.ts";

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
    const request = callOf(draft, callId)?.request;
    if (request?.kind !== "question") return;
    wait(draft, callId, { request: { ...request, answers: { ...request.answers, ...answers } } });
  },
  APPROVAL_REQUESTED(draft, { data: { callId }, at }) {
    wait(draft, callId, { status: "waiting", request: { kind: "approval", askedAt: at } });
    if (draft.execution !== null) draft.execution.lastStepAt = at;
  },
  APPROVAL_RESOLVED(draft, { data }) {
    const { callId, decision, by, input, always } = data;
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
