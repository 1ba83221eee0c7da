import type { ColonyEvent } from "@colony/core";

/**
 * Holds triggers against what Colony promises: every due time of a schedule is fired for or counted as missed, once, and what is
 * said to have been fired is what agents have received.
 */
export function checkTriggers(events: readonly ColonyEvent[]): readonly string[] {
  return [...dueTimes(events), ...sent(events)];
}

/** Each due time follows upon the one before, from what was said when it was set. */
function dueTimes(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const expected = new Map<string, number | null>();
  const follow = (id: string, from: number, next: number | null): void => {
    const due = expected.get(id);
    if (due !== from) problems.push(`trigger ${id} goes on from ${from}, and was due at ${due ?? "no time"}`);
    if (next !== null && next <= from) problems.push(`trigger ${id} goes from ${from} back to ${next}`);
    expected.set(id, next);
  };
  for (const event of events) {
    if (event.type === "TRIGGER_SET") expected.set(event.data.triggerId, event.data.nextAt);
    if (event.type === "TRIGGER_MISSED") follow(event.data.triggerId, event.data.firstAt, event.data.nextAt);
    if (event.type === "TRIGGER_FIRED" && event.data.nextAt !== undefined)
      follow(event.data.triggerId, event.data.dueAt, event.data.nextAt);
  }
  return problems;
}

/** One input for each firing, one firing for each input. */
function sent(events: readonly ColonyEvent[]): readonly string[] {
  const problems: string[] = [];
  const received = events.flatMap((event) =>
    event.type === "INPUT_RECEIVED" && event.data.trigger !== undefined
      ? [`${event.agentId} ${event.data.trigger.id} ${event.data.inputId} ${event.data.trigger.dueAt}`]
      : [],
  );
  const fired = events.flatMap(({ type, data }) =>
    type === "TRIGGER_FIRED" ? [`${data.agentId} ${data.triggerId} ${data.inputId} ${data.dueAt}`] : [],
  );
  for (const [what, one, other] of [
    ["was received and not recorded as fired", received, fired],
    ["was fired and not received", fired, received],
  ] as const)
    for (const [index, line] of one.entries()) {
      if (one.indexOf(line) !== index) problems.push(`${line} twice`);
      if (!other.includes(line)) problems.push(`${line} ${what}`);
    }
  return problems;
}
