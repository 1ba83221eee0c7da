import { Immer, type Draft } from "immer";
import type { EventType } from "../events/catalogue.ts";
import { recipientOf } from "../events/envelope.ts";
import type { AgentState } from "./agent-state.ts";
import { colonyOnly, type AgentHandlers } from "./handlers.ts";
import { conversationHandlers } from "./conversation.ts";
import { executionHandlers } from "./execution.ts";
import type { Fact, FactOf } from "./fact.ts";
import { inboxHandlers } from "./inbox.ts";
import { agentHandlers, newAgent } from "./agent.ts";
import { milestoneHandlers } from "./milestone.ts";
import { modelHandlers } from "./model.ts";
import { notificationHandlers } from "./notification.ts";
import { processHandlers } from "./process.ts";
import { reportHandlers } from "./report.ts";
import { requestHandlers } from "./request.ts";
import { spawnHandlers } from "./spawn.ts";
import { toolHandlers } from "./tool.ts";

/** States are shared by structure and typed readonly; freezing each one again would double the cost of an event. */
const immer = new Immer({ autoFreeze: false });

/** What each event does to the state of the agent whose stream it stands in. */
const HANDLERS: AgentHandlers = {
  COLONY_OPENED: colonyOnly,
  COLONY_CLOSED: colonyOnly,
  DISPATCH_BLOCKED: colonyOnly,
  DISPATCH_UNBLOCKED: colonyOnly,
  BUDGET_SET: colonyOnly,
  LETTER_REFUSED: colonyOnly,
  STORAGE_FAILED: colonyOnly,
  HISTORY_PRUNED: colonyOnly,
  TOOL_APPROVAL_SET: colonyOnly,
  TRIGGER_SET: colonyOnly,
  TRIGGER_FIRED: colonyOnly,
  TRIGGER_MISSED: colonyOnly,
  TRIGGER_FAILED: colonyOnly,
  TRIGGER_REMOVED: colonyOnly,
  ...agentHandlers,
  ...executionHandlers,
  ...inboxHandlers,
  ...conversationHandlers,
  ...modelHandlers,
  ...toolHandlers,
  ...spawnHandlers,
  ...milestoneHandlers,
  ...requestHandlers,
  ...processHandlers,
  ...reportHandlers,
  ...notificationHandlers,
};

/**
 * Changes a draft (or a state that nobody else holds) by one event of its own stream, or by mail from another's. What
 * is neither changes nothing.
 */
export function applyToAgent(draft: Draft<AgentState>, fact: Fact): void {
  const own = fact.agentId === draft.record.id;
  if (!own && recipientOf(fact) !== draft.record.id) return;
  const handler = HANDLERS[fact.type] as (draft: Draft<AgentState>, fact: FactOf<EventType>) => void;
  handler(draft, fact);
  if (!own) return;
  draft.record.version = fact.version;
  draft.record.updatedAt = fact.at;
}

/** The state after some events, which are in the order of the log. Undefined before the agent was spawned. */
export function evolveAgent(state: AgentState | undefined, facts: readonly Fact[]): AgentState | undefined {
  if (facts.length === 0) return state;
  if (state !== undefined)
    return immer.produce(state, (draft) => {
      for (const fact of facts) applyToAgent(draft, fact);
    });
  const first = facts.findIndex((fact) => fact.type === "AGENT_SPAWNED");
  const spawned = facts[first];
  if (spawned?.type !== "AGENT_SPAWNED") return undefined;
  const fresh = newAgent(spawned) as Draft<AgentState>;
  for (const fact of facts.slice(first + 1)) applyToAgent(fresh, fact);
  return fresh;
}

/**
 * Gives back the room that arrays keep for more when they are pushed to: thousands of states are held that only wait. What is
 * as long as in the state that was copied is as long as it has to be.
 */
export function trim(copy: Draft<AgentState>, copied: AgentState): void {
  if (copy.inbox.length !== copied.inbox.length) copy.inbox = copy.inbox.slice();
  if (copy.conversation.length !== copied.conversation.length) copy.conversation = copy.conversation.slice();
}

/**
 * A copy of a state, to try decisions on and to apply events to: as deep as handlers change a state, which replace
 * everything below that. It costs a fraction of an immer draft, and the copy itself is the state it comes to.
 */
export function workingCopy(state: AgentState): Draft<AgentState> {
  const { record, execution } = state;
  const copy: AgentState = {
    ...state,
    record: { ...record, execution: record.execution === null ? null : { ...record.execution } },
    execution: execution === null ? null : { ...execution },
    inbox: state.inbox.slice(),
    conversation: state.conversation.slice(),
  };
  return copy as Draft<AgentState>;
}
