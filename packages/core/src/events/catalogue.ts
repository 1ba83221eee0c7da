import type { z } from "zod";
import { agentEvents } from "./agent.ts";
import { colonyEvents } from "./colony.ts";
import { conversationEvents } from "./conversation.ts";
import { executionEvents } from "./execution.ts";
import { inboxEvents } from "./inbox.ts";
import { milestoneEvents } from "./milestone.ts";
import { modelEvents } from "./model.ts";
import { notificationEvents } from "./notification.ts";
import { processEvents } from "./process.ts";
import { reportEvents } from "./report.ts";
import { requestEvents } from "./request.ts";
import { retentionEvents } from "./retention.ts";
import { spawnEvents } from "./spawn.ts";
import { toolEvents } from "./tool.ts";
import { triggerEvents } from "./trigger.ts";

/**
 * Every fact that a colony records, by type, with the shape of its data. Recorded shapes only grow: optional fields
 * and new types; a changed meaning takes a new `v` and an upcaster. A type stands here when something records it.
 */
export const EVENT_CATALOGUE = {
  ...colonyEvents,
  ...triggerEvents,
  ...agentEvents,
  ...executionEvents,
  ...inboxEvents,
  ...conversationEvents,
  ...modelEvents,
  ...toolEvents,
  ...milestoneEvents,
  ...requestEvents,
  ...spawnEvents,
  ...processEvents,
  ...reportEvents,
  ...notificationEvents,
  ...retentionEvents,
} as const;

/** The name of a kind of fact, such as `SUBAGENT_REPORT`. */
export type EventType = keyof typeof EVENT_CATALOGUE;

/** What an event of one type says. */
export type EventData<T extends EventType> = z.infer<(typeof EVENT_CATALOGUE)[T]>;

/** The types in the order of the catalogue. */
export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as readonly EventType[];

/** Whether a text names a kind of fact. */
export function isEventType(text: string): text is EventType {
  return Object.hasOwn(EVENT_CATALOGUE, text);
}
