import { NO_USAGE } from "../messages/usage.ts";
import type { AgentRecord, AgentState } from "./agent-state.ts";
import { entriesOf } from "./conversation.ts";
import type { FactOf } from "./fact.ts";
import type { AgentHandlers } from "./handlers.ts";

/** Most agents never have any. */
const NO_PROCESSES: AgentState["processes"] = [];

/** An agent as AGENT_SPAWNED leaves it. */
export function newAgent(fact: FactOf<"AGENT_SPAWNED">): AgentState {
  const { data } = fact;
  return {
    record: newRecord(fact),
    limits: data.limits,
    reportSchema: data.reportSchema,
    inbox: [],
    keys: {},
    conversation: [],
    reported: {},
    execution: null,
    processes: NO_PROCESSES,
  };
}

/** What most agents have none of comes last: records are copied with each commit, and one that has grown costs twice as much. */
function newRecord(fact: FactOf<"AGENT_SPAWNED">): AgentRecord {
  const { data } = fact;
  const record: { -readonly [name in keyof AgentRecord]: AgentRecord[name] } = {
    id: fact.agentId,
    colonyId: fact.colonyId,
    kind: data.kind,
    lifetime: data.lifetime,
    status: "pending",
    parentId: data.parentId,
    depth: data.depth,
    definitionId: data.definitionId,
    name: data.name,
    label: data.label,
    task: data.task,
    batch: data.batch,
    priority: data.priority,
    correlationId: fact.correlationId ?? null,
    seeded: false,
    spawnedAt: fact.at,
    closedAt: null,
    updatedAt: fact.at,
    version: fact.version,
    executions: 0,
    pendingInputs: 0,
    processes: 0,
    usage: NO_USAGE,
    toolCalls: 0,
    execution: null,
    report: null,
  };
  if (data.owner !== undefined) record.owner = data.owner;
  if (data.notify === true) record.notify = true;
  if (data.denied !== undefined) record.denied = data.denied;
  if (data.allowed !== undefined) record.allowed = data.allowed;
  if (data.profile !== undefined) record.profile = data.profile;
  return record;
}

/** What an agent's life outside its executions does to its state. */
export const agentHandlers = {
  AGENT_SPAWNED() {
    // An agent begins with this event, and its stream has only one: see newAgent.
  },
  AGENT_SEEDED(draft, { data }) {
    draft.record.seeded = true;
    draft.conversation = entriesOf(data.messages) as typeof draft.conversation;
    // A worker's execution is queued when it is spawned, before a seed can come; the seed is not a part of it.
    if (draft.execution !== null) draft.execution.startsAt = draft.conversation.length;
  },
  AGENT_OPENED(draft) {
    draft.record.status = "open";
  },
  AGENT_CLOSED(draft, { at }) {
    draft.record.status = "closed";
    draft.record.closedAt = at;
  },
  AGENT_REOPENED(draft) {
    draft.record.status = "open";
    draft.record.closedAt = null;
  },
  AGENT_DISMISSED(draft) {
    draft.record.dismissed = true;
  },
  AGENT_REMOVED(draft) {
    draft.record.removed = true;
  },
} satisfies Partial<AgentHandlers>;
