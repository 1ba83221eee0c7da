import {
  agentId,
  colonyId,
  eventIdOf,
  inputId,
  NO_USAGE,
  type AgentId,
  type Append,
  type ColonyEvent,
  type ColonyId,
  type EventOf,
  type JsonValue,
  type NewEvent,
  type Report,
} from "@colony/core";

/** The instant that sample events are stamped with, in epoch ms. */
export const SAMPLE_AT = 1_750_000_000_000;

/** An input of some text, the plainest event there is. */
export function sampleInput(text: string): NewEvent & { readonly type: "INPUT_RECEIVED" } {
  return {
    type: "INPUT_RECEIVED",
    data: { inputId: inputId(`in-${text.slice(0, 40)}`), kind: "chat", mode: "queue", from: "user", text },
  };
}

/** A worker's report to its parent. */
export function sampleReport(
  worker: AgentId,
  parent: AgentId | null,
  options: { readonly data?: JsonValue; readonly summary?: string; readonly colonyId?: ColonyId } = {},
): NewEvent & { readonly type: "SUBAGENT_REPORT" } {
  const data: Report = {
    workerId: worker,
    colonyId: options.colonyId ?? colonyId("sample"),
    parentId: parent,
    definitionId: "researcher",
    name: null,
    label: null,
    task: "look it up",
    status: "success",
    cause: "finished",
    summary: options.summary ?? "done",
    data: options.data ?? null,
    error: null,
    durationMs: 12.5,
    usage: NO_USAGE,
    toolCalls: 0,
    artifacts: [],
    explicit: true,
    batch: null,
  };
  return { type: "SUBAGENT_REPORT", data };
}

/** An append of inputs with these texts. */
export function sampleAppend(agent: string, expectedVersion: number, ...texts: string[]): Append {
  return { agentId: agentId(agent), expectedVersion, events: texts.map(sampleInput), at: SAMPLE_AT };
}

/** The texts of the inputs among some events. */
export function textsOf(events: readonly ColonyEvent[]): readonly string[] {
  return events
    .filter((event): event is EventOf<"INPUT_RECEIVED"> => event.type === "INPUT_RECEIVED")
    .map((event) => event.data.text);
}

/** What the n-th event of an append must come to, apart from its seq. */
export function expectedEvent(append: Append, index: number, colony: ColonyId): object {
  const version = append.expectedVersion + 1 + index;
  return {
    ...append.events[index],
    version,
    id: eventIdOf(append.agentId, version),
    at: append.at,
    colonyId: colony,
    agentId: append.agentId,
    v: 1,
  };
}

/** What a JSON text says, with keys such as `__proto__` as plain keys. */
export function parseJson(text: string): JsonValue {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new Error("no JSON");
  return value;
}

function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}
