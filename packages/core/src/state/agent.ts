import { NO_USAGE } from "../messages/usage.ts";
import type { AgentState } from "./agent-state.ts";
import { entriesOf } from "./conversation.ts";
import type { FactOf } from "./fact.ts";
import type { AgentHandlers } from "./handlers.ts";

/** Most agents never have any. */
const NO_PROCESSES: AgentState["processes"] = [];

/** An agent as AGENT_SPAWNED leaves it. */
export function newAgent(fact: FactOf<"AGENT_SPAWNED">): AgentState {
  const { data } = fact;
  return {
    record: {
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
      ...(data.owner === undefined ? {} : { owner: data.owner }),
      ...(data.notify === true ? { notify: true } : {}),
      ...(data.denied === undefined ? {} : { denied: data.denied }),
      ...(data.allowed === undefined ? {} : { allowed: data.allowed }),
      ...(data.profile === undefined ? {} : { profile: data.profile }),
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
    },
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
