import type { Draft } from "immer";
import type { ReportStatus } from "../events/report.ts";
import type { AgentState, DueNotice } from "./agent-state.ts";
import type { AgentHandlers } from "./handlers.ts";

/** Of which reports a person is still to be told. */
export const notificationHandlers = {
  NOTIFICATION_SENT(draft, { data }) {
    keep(draft, (notice) => (notice.id === data.notificationId ? [] : [notice]));
  },
  NOTIFICATION_FAILED(draft, { data }) {
    const { notificationId, attempt, retryAt } = data;
    keep(draft, (notice) => {
      if (notice.id !== notificationId) return [notice];
      return retryAt === null ? [] : [{ ...notice, failures: attempt, notBefore: retryAt }];
    });
  },
} satisfies Partial<AgentHandlers>;

/** Changes the list. Most agents have none, and a record without an empty one is smaller. */
function keep(draft: Draft<AgentState>, of: (notice: DueNotice) => readonly DueNotice[]): void {
  const { record } = draft;
  const notices = (record.notices ?? []).flatMap(of);
  if (notices.length > 0) record.notices = notices;
  else delete record.notices;
}

/** A person is to be told of a report, unless it is of something that was called off: whoever did that knows. */
export function takeNotice(
  { record }: Draft<AgentState>,
  status: ReportStatus,
  notice: Omit<DueNotice, "failures">,
): void {
  if (record.notify !== true || status === "cancelled") return;
  record.notices = [...(record.notices ?? []), { ...notice, failures: 0 }];
}
