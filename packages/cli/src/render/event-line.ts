import { EVENT_TYPES, type ColonyEvent, type EventType } from "@colony/core";
import { EVENT_WORDS } from "./event-words.ts";
import { PLAIN, type Paint, type Style } from "./paint.ts";
import { timeOfDay } from "./units.ts";
import { clip, padded, paddedLeft } from "./width.ts";
import { onOneLine } from "./words.ts";

const TYPE_WIDTH = Math.max(...EVENT_TYPES.map((type) => type.length));
const AGENT_WIDTH = 14;
const SEQ_WIDTH = 6;
const MOST_WORDS = 400;

/** An event as one line: time, seq, agent, type, and what matters of it. */
export function eventLine(
  event: ColonyEvent,
  place: { readonly columns: number; readonly paint?: Paint },
): string {
  const { paint = PLAIN, columns } = place;
  const head = `${timeOfDay(event.at)} ${paddedLeft(String(event.seq), SEQ_WIDTH)}  ${padded(event.agentId, AGENT_WIDTH)}  `;
  const room = Math.max(20, Math.min(MOST_WORDS, columns - head.length - TYPE_WIDTH - 2));
  const words = clip(wordsOf(event), room);
  return `${paint("dim", head)}${paint(styleOf(event.type), padded(event.type, TYPE_WIDTH))}  ${words}`.trimEnd();
}

/** The few words that matter of an event; all of it where its type is of a newer release. */
export function wordsOf({ type, data }: ColonyEvent): string {
  if (!Object.hasOwn(EVENT_WORDS, type)) return onOneLine(JSON.stringify(data));
  // The table has a function for each type, and this one is of the event's own type.
  const words = EVENT_WORDS[type] as (data: ColonyEvent["data"]) => string;
  return onOneLine(words(data));
}

function styleOf(type: EventType): Style {
  if (/_FAILED$|_LOST$|_TIMED_OUT$|_UNKNOWN$|_DISCARDED$/u.test(type)) return "red";
  if (/CANCEL|BLOCKED|RETRY|WRAP_UP/u.test(type)) return "yellow";
  if (type === "SUBAGENT_REPORT" || type === "EXECUTION_COMPLETED") return "green";
  return type.startsWith("MODEL_") || type.startsWith("TOOL_") ? "dim" : "cyan";
}
