import type { ReportStatus } from "../events/report.ts";
import type { AgentId, ColonyId, EventId } from "../ids.ts";

/** What a person is told elsewhere when a worker has ended that was spawned with `notify`. Plain JSON. */
export interface Notification {
  /** The report's event. The same id is the same news: it may be told again when a host died while it was telling. */
  readonly id: EventId;
  readonly colonyId: ColonyId;
  readonly workerId: AgentId;
  readonly name: string | null;
  readonly label: string | null;
  /** The worker's definition. */
  readonly role: string;
  /** `ok` for a success, `warning` for everything else. */
  readonly mark: "ok" | "warning";
  readonly status: ReportStatus;
  /** Time at work, in whole seconds. */
  readonly seconds: number;
  /** The first 200 characters of the report's summary; "(no output)" where it is empty. */
  readonly text: string;
  /** Who owns the worker; null where nobody was named. */
  readonly owner: string | null;
}

/**
 * Tells a person who is elsewhere.
 *
 * Promises (held by testkit's `notifierContract`): it resolves once the receiver has it, all of it and not before; the
 * same notification told twice arrives twice, with the same id; what the receiver refuses rejects; it rejects soon after
 * the signal is aborted, and leaves nothing running.
 */
export interface Notifier {
  /**
   * Rejects with whatever went wrong, and is then asked again later: `details.retryAfterMs` of a `ColonyError` is the least
   * time until then. `notification.rejected` says that asking again would not help.
   */
  notify(notification: Notification, options: { readonly signal: AbortSignal }): Promise<void>;
}
