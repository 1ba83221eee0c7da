import type { Report } from "@colony/core";
import { agentName, effort, statusStyle } from "./agent-words.ts";
import { PLAIN, type Paint } from "./paint.ts";
import { clip } from "./width.ts";
import { onOneLine, spaced } from "./words.ts";

const MARKS: Record<Report["status"], string> = {
  success: "✓",
  partial: "◐",
  failed: "✗",
  timed_out: "✗",
  cancelled: "–",
  lost: "✗",
};

/** A report announced in one line: who, how it went, what it took, what it says. */
export function reportLine(
  report: Report,
  place: { readonly columns: number; readonly paint?: Paint },
): string {
  const { paint = PLAIN, columns } = place;
  const { status } = report;
  const who = agentName({ id: report.workerId, name: report.name, label: report.label });
  const how = status === "success" ? "" : ` ${spaced(status)}`;
  const head = `${MARKS[status]} ${who}${how}`;
  const rest = clip(
    `  (${effort(report)})  ${onOneLine(status === "success" ? report.summary : (report.error?.message ?? report.summary))}`,
    Math.max(0, columns - head.length),
  );
  return `${paint(statusStyle(status), head)}${paint("dim", rest)}`;
}
