import type { AgentRecord } from "@colony/core";
import { activity, agentName, spent, timeUnderWay, type WaitsFor } from "./agent-words.ts";
import { PLAIN, type Paint } from "./paint.ts";
import { duration } from "./units.ts";
import { clip, padded, widthOf } from "./width.ts";
import { counted } from "./words.ts";

/** Who is at work, and how many wait. */
export interface WorkInProgress {
  /** The overseer first, then workers in the order in which they began. */
  readonly running: readonly AgentRecord[];
  readonly queued: number;
  /** How many wait for a definition that is not known here; default 0. */
  readonly withoutDefinition?: number;
  /** Default: whoever waits for people waits for you. */
  readonly waitsFor?: WaitsFor;
}

const MOST_NAME = 28;
const LEAST_ACTIVITY = 12;

/** The live lines: who is at work, on what, for how long, at what cost. At most `rows` of them, none wider than `columns`. */
export function liveRows(
  { running, queued, withoutDefinition = 0, waitsFor }: WorkInProgress,
  place: { readonly now: number; readonly columns: number; readonly rows: number; readonly paint?: Paint },
): readonly string[] {
  const { now, columns, rows, paint = PLAIN } = place;
  const least = queued + withoutDefinition > 0 ? rows - 1 : rows;
  const fits = running.length <= least;
  const shown = running.slice(0, Math.max(0, fits ? least : rows - 1));
  const hidden = running.length - shown.length;
  const names = shown.map((record) =>
    clip(agentName(record), Math.min(MOST_NAME, Math.max(8, columns - 30))),
  );
  const nameWidth = Math.max(0, ...names.map(widthOf));
  const lines = shown.map((record, index) => {
    const tail = [duration(timeUnderWay(record, { now })), spent(record.execution?.usage ?? record.usage)]
      .filter((part) => part !== "")
      .join("  ");
    const room = columns - nameWidth - 6 - widthOf(tail);
    const doing = room < LEAST_ACTIVITY ? "" : clip(activity(record, waitsFor), room);
    const name = paint(record.kind === "overseer" ? "bold" : "cyan", padded(names[index] ?? "", nameWidth));
    const rest = columns - nameWidth - 4;
    const words = doing === "" ? clip(tail, rest) : `${doing}  ${tail}`;
    const isWaiting = record.execution?.status === "input_required";
    return `${paint(isWaiting ? "yellow" : "green", "●")} ${name}  ${paint("dim", words)}`;
  });
  const more = [
    ...(hidden > 0 ? [`${hidden} more at work`] : []),
    ...(queued > 0 ? [`${counted(queued, "worker")} waiting for a place`] : []),
    ...(withoutDefinition > 0 ? [`${counted(withoutDefinition, "worker")} waiting for a definition`] : []),
  ].join(", ");
  return more === "" ? lines : [...lines, paint("dim", clip(`  ${more}`, columns))];
}
