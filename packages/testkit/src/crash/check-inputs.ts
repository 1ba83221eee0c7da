import type { ColonyEvent, EventType } from "@colony/core";
import { prunedUpTo } from "./check-pruned.ts";
import { grouped } from "./grouped.ts";

/**
 * Each input, and each report as its parent's input, has one fate. What was delivered is said once, but what a call took for
 * itself: that is in its outcome.
 */
export function checkInputs(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const mail = new Map<string, string>();
  const keeping = closedWithTheirMail(events);
  for (const event of events) {
    if (event.type === "INPUT_RECEIVED") mail.set(event.data.inputId, event.agentId);
    if (event.type === "SUBAGENT_REPORT" && event.data.parentId !== null)
      mail.set(event.id, event.data.parentId);
  }
  const wordless = withoutWords(events);
  const fates = grouped(events, (event) => inputsOf(event).map((id) => `${event.agentId} ${id}`));
  for (const [inputId, agentId] of mail) {
    const own = fates.get(`${agentId} ${inputId}`) ?? [];
    const delivered = own.filter(({ type }) => type === "INPUT_DELIVERED").length;
    const discarded = own.filter(({ type }) => type === "INPUT_DISCARDED").length;
    const said = own.filter(({ type }) => type === "MESSAGE_APPENDED").length;
    const waits = delivered + discarded === 0 && keeping.has(agentId);
    if (delivered + discarded !== 1 && !waits)
      problems.push(
        `input ${inputId} of ${agentId} was delivered ${delivered} and discarded ${discarded} times`,
      );
    if (said > delivered) problems.push(`input ${inputId} of ${agentId} was said ${said} times`);
    if (said === 0 && delivered > 0 && !wordless.has(`${agentId} ${inputId}`))
      problems.push(`input ${inputId} of ${agentId} was delivered and never said`);
  }
  return problems;
}

/** The inputs of which an event tells what became, each as often as it says so. */
function inputsOf(event: ColonyEvent): readonly string[] {
  if (event.type === "INPUT_DELIVERED") return [...new Set(event.data.inputIds)];
  if (event.type === "INPUT_DISCARDED") return [event.data.inputId];
  if (event.type !== "MESSAGE_APPENDED" || event.data.message.role !== "user") return [];
  return [...new Set(event.data.message.inputIds ?? [])];
}

/** What stands between an input that a call takes and the outcome of that call. */
const OF_A_CALL: ReadonlySet<EventType> = new Set(["REPORT_RECORDED", "SPAWN_REFUSED"]);

/** Inputs that no message has to hold: a call took them, or what was said to their agent has been pruned. */
function withoutWords(events: readonly ColonyEvent[]): ReadonlySet<string> {
  const wordless = new Set<string>();
  const pruned = prunedUpTo(events);
  const justDelivered = new Map<string, readonly string[]>();
  for (const event of events) {
    const { agentId, type } = event;
    const keys = justDelivered.get(agentId) ?? [];
    if (type === "TOOL_CALL_COMPLETED") for (const key of keys) wordless.add(key);
    if (!OF_A_CALL.has(type)) justDelivered.delete(agentId);
    if (event.type !== "INPUT_DELIVERED") continue;
    const delivered = event.data.inputIds.map((inputId) => `${agentId} ${inputId}`);
    justDelivered.set(agentId, delivered);
    if (event.version <= (pruned.get(agentId) ?? 0)) for (const key of delivered) wordless.add(key);
  }
  return wordless;
}

/** Agents that are closed and have kept what waited for them. */
function closedWithTheirMail(events: readonly ColonyEvent[]): ReadonlySet<string> {
  const keeping = new Set<string>();
  for (const event of events)
    if (event.type === "AGENT_CLOSED" && event.data.keepsInbox === true) keeping.add(event.agentId);
    else if (event.type === "AGENT_REOPENED" || event.type === "AGENT_REMOVED") keeping.delete(event.agentId);
  return keeping;
}
