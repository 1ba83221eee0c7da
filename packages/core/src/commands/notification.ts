import type { EventId } from "../ids.ts";
import type { Refusal } from "../errors/colony-error.ts";
import type { NewEvent } from "../events/envelope.ts";
import type { AgentState, DueNotice } from "../state/agent-state.ts";
import { refuse, type CommandHandlers } from "./decision.ts";

/** What came of telling a person. Whoever tells may write it down at any time: neither the end nor the close is waited for. */
export const notificationCommands = {
  "notification.sent"(state, { notificationId, attempt }) {
    const notice = dueNotice(state, notificationId);
    if ("code" in notice) return notice;
    return [outcome(notice, { type: "NOTIFICATION_SENT", data: { notificationId, attempt } })];
  },
  "notification.fail"(state, { notificationId, attempt, error, retryAt }) {
    const notice = dueNotice(state, notificationId);
    if ("code" in notice) return notice;
    const data = { notificationId, attempt, error, retryAt };
    return [outcome(notice, { type: "NOTIFICATION_FAILED", data })];
  },
} satisfies Partial<CommandHandlers>;

function dueNotice({ record }: AgentState, id: EventId): DueNotice | Refusal {
  const notice = record.notices?.find((each) => each.id === id);
  return (
    notice ??
    refuse("notification.not_due", `nobody is to be told of "${id}" of agent "${record.id}" (any more)`)
  );
}

function outcome({ correlationId }: DueNotice, event: NewEvent): NewEvent {
  return correlationId === undefined ? event : { ...event, correlationId };
}
