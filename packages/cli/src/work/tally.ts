import { NO_USAGE, addUsage, type ColonyEvent, type JsonObject, type Report, type Usage } from "@colony/core";
import { counted } from "../render/words.ts";
import { duration } from "../render/units.ts";
import { spent } from "../render/agent-words.ts";

const REPORTING = "report_to_parent";

/** What the work that was watched has come to: its reports, its tool calls, what it used. */
export class Tally {
  readonly reports: Report[] = [];
  usage: Usage = NO_USAGE;
  toolCalls = 0;
  /** Calls by which workers reported: of all calls those that no budget counts. */
  #reporting = 0;

  take(event: ColonyEvent): void {
    if (event.type === "TOOL_CALL_STARTED" && event.data.name === REPORTING) this.#reporting += 1;
    if (event.type === "SUBAGENT_REPORT") this.reports.push(event.data);
    if (!event.type.startsWith("EXECUTION_") || !("usage" in event.data) || !("turns" in event.data)) return;
    this.usage = addUsage(this.usage, event.data.usage);
    this.toolCalls += event.data.toolCalls;
  }

  /** Whether workers reported and none of them has anything to show for it. */
  get allWorkersFailed(): boolean {
    const { reports } = this;
    return reports.length > 0 && reports.every(({ status }) => status !== "success" && status !== "partial");
  }

  /** In one line for people. */
  words(ms: number): string {
    const parts = [
      counted(this.reports.length, "worker"),
      `${counted(this.toolCalls, "tool call")}${this.#reporting === 0 ? "" : ` (${this.#reporting} of them to report)`}`,
      spent(this.usage),
    ];
    return `${duration(ms)}: ${parts.filter((part) => part !== "").join(", ")}`;
  }

  /** The workers for programs. */
  get workers(): readonly JsonObject[] {
    return this.reports.map(
      ({ workerId, name, label, status, cause, summary, durationMs, toolCalls, usage, error }) => ({
        id: workerId,
        name,
        label,
        status,
        cause,
        summary,
        durationMs,
        toolCalls,
        usage: { ...usage },
        error: error === null ? null : { ...error },
      }),
    );
  }
}
