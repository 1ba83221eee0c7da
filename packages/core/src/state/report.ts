import { eventIdOf, inputId } from "../ids.ts";
import type { AgentHandlers } from "./handlers.ts";
import { addToInbox } from "./inbox.ts";
import { takeNotice } from "./notification.ts";

/** What a worker says of itself; and what a parent receives of its children. */
export const reportHandlers = {
  REPORT_RECORDED(draft, { data }) {
    const { execution } = draft;
    if (execution === null) return;
    execution.report = data as typeof execution.report;
    execution.reportedAtTurn = draft.record.execution?.turns ?? 0;
  },
  SUBAGENT_REPORT(draft, { data, agentId, version, at, correlationId }) {
    if (agentId === draft.record.id) {
      draft.record.report = { status: data.status, explicit: data.explicit, summary: preview(data.summary) };
      takeNotice(draft, data.status, {
        id: eventIdOf(agentId, version),
        ...(correlationId === undefined ? {} : { correlationId }),
        notBefore: at,
      });
      return;
    }
    addToInbox(draft, {
      inputId: inputId(eventIdOf(agentId, version)),
      kind: "report",
      mode: "steer",
      from: agentId,
      text: data.summary,
      files: [],
      report: data,
      ...(data.owner === undefined ? {} : { principal: data.owner }),
      correlationId: correlationId ?? null,
      receivedAt: at,
    });
    if (data.batch === null) return;
    const key = `b:${data.batch.id}`;
    const reported = draft.reported[key] ?? [];
    if (!reported.includes(agentId)) draft.reported = { ...draft.reported, [key]: [...reported, agentId] };
  },
} satisfies Partial<AgentHandlers>;

const PREVIEW_CHARACTERS = 500;

function preview(text: string): string {
  return text.length <= PREVIEW_CHARACTERS ? text : `${text.slice(0, PREVIEW_CHARACTERS - 1)}…`;
}
