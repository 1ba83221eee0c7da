import type { NewEvent } from "../events/envelope.ts";
import { executionIdOf, type AgentId } from "../ids.ts";
import type { LetterId } from "../events/letter-id.ts";
import type { AgentCommands } from "./command.ts";
import { refuse, type CommandHandlers, type Decision } from "./decision.ts";
import type { Refusal } from "../errors/colony-error.ts";
import { CLOSED_WORDS, STOPPED_WORDS } from "../messages/stopped.ts";
import type { AgentState, PendingInput } from "../state/agent-state.ts";
import { isEnded, statusWord } from "../views/status.ts";

/** A new agent; a worker with a task is queued in the same commit. */
export function decideSpawn(agentId: AgentId, command: AgentCommands["agent.spawn"]): Decision {
  const { data, correlationId } = command;
  const spawned: NewEvent =
    correlationId === undefined
      ? { type: "AGENT_SPAWNED", data }
      : { type: "AGENT_SPAWNED", data, correlationId };
  if (data.kind === "overseer" || data.task === null || command.hold === true) return [spawned];
  const queued = {
    type: "EXECUTION_QUEUED",
    data: { number: 1 },
    executionId: executionIdOf(agentId, 1),
  } as const;
  return [spawned, correlationId === undefined ? queued : { ...queued, correlationId }];
}

/** An agent's life outside its executions. */
export const agentCommands = {
  "agent.spawn": ({ record }) =>
    refuse("agent.exists", `agent "${record.id}" has already been spawned; a second spawn changes nothing`),
  "agent.seed"({ record, conversation }, { source, messages, problems }) {
    if (record.status !== "pending")
      return refuse(
        "agent.not_pending",
        `agent "${record.id}" is ${record.status}; a conversation can be seeded only before the first execution starts`,
      );
    if (record.seeded || conversation.length > 0)
      return refuse(
        "agent.not_pending",
        `agent "${record.id}" has been seeded already; seed it once, before it starts`,
      );
    if (messages.length === 0) return refuse("seed.empty", `${source} holds no message to seed from`);
    return [{ type: "AGENT_SEEDED", data: { source, messages, problems } }];
  },
  "agent.close"({ record, inbox }, { cause, reason, keepsInbox, letterId }) {
    const { kind, lifetime, status, execution, id } = record;
    if (kind === "overseer") return notAWorker(id, "closed");
    const keeps = keepsInbox === true && lifetime === "persistent";
    const discarded = keeps ? [] : discard(inbox, "the agent was closed before it was given this");
    if (status === "closed") return discarded;
    if (execution !== null && !isEnded(execution.status))
      return refuse(
        "agent.busy",
        `agent "${id}" is at work; stop it, or wait for its end, before closing it`,
      );
    const why = reason === undefined || reason === null ? {} : { reason };
    const data = { cause, ...why, ...(keeps ? { keepsInbox: true as const } : {}), ...byLetter(letterId) };
    return [...discarded, { type: "AGENT_CLOSED", data }];
  },
  "agent.reopen"(state, { by, key, letterId }) {
    const { record } = state;
    const { id, status, kind, lifetime, removed, prunedAt } = record;
    if (removed === true) return isRemoved(id);
    if (prunedAt !== undefined)
      return refuse(
        "agent.pruned",
        `worker "${record.name ?? id}" cannot go on: its conversation has been pruned; spawn a new one, its report is still there`,
      );
    if (status !== "closed") return [];
    if (kind === "worker" && lifetime === "ephemeral")
      return refuse(
        "agent.not_persistent",
        `worker "${record.name ?? id}" is ephemeral: it did its one task and is not opened again; spawn a new one`,
      );
    const caused = key === undefined ? {} : { causationId: key };
    return [
      { type: "AGENT_REOPENED", data: { by, ...byLetter(letterId) }, ...caused },
      ...calledOffWords(state),
    ];
  },
  "agent.dismiss"({ record }, { by, letterId }) {
    const { id, kind, dismissed, removed } = record;
    if (kind === "overseer") return notAWorker(id, "dismissed");
    if (removed === true) return isRemoved(id);
    return dismissed === true ? [] : [{ type: "AGENT_DISMISSED", data: { by, ...byLetter(letterId) } }];
  },
  "agent.remove"({ record, inbox }, { by, letterId }) {
    const { id, kind, status, removed } = record;
    if (kind === "overseer") return notAWorker(id, "removed");
    if (removed === true) return [];
    if (status !== "closed")
      return refuse(
        "agent.not_closed",
        `worker "${record.name ?? id}" is ${statusWord(record)}; close or stop it before removing it`,
      );
    return [
      ...discard(inbox, "the agent was removed before it was given this"),
      { type: "AGENT_REMOVED", data: { by, ...byLetter(letterId) } },
    ];
  },
} satisfies Partial<CommandHandlers>;

const TOLD: ReadonlySet<string> = new Set([CLOSED_WORDS, STOPPED_WORDS]);

/** What was cut off in the middle is not to begin again with the next thing that is said. */
function calledOffWords({ record, execution, conversation }: AgentState): readonly NewEvent[] {
  const wasAsked = execution !== null && conversation.length > execution.startsAt;
  const last = conversation.at(-1);
  const isTold = last?.role === "user" && TOLD.has(last.text);
  const { status, cause } = record.execution ?? {};
  if (status !== "cancelled" || cause === "superseded" || !wasAsked || isTold) return [];
  const message = { role: "user", origin: "system", text: CLOSED_WORDS } as const;
  return [{ type: "MESSAGE_APPENDED", data: { message } }];
}

function byLetter(letterId: LetterId): { readonly letterId?: string } {
  return letterId === undefined ? {} : { letterId };
}

function discard(inbox: readonly PendingInput[], reason: string): readonly NewEvent[] {
  return inbox.map(({ inputId }) => ({ type: "INPUT_DISCARDED", data: { inputId, reason } }));
}

function notAWorker(id: AgentId, what: string): Refusal {
  return refuse(
    "agent.not_a_worker",
    `agent "${id}" is the overseer, which is never ${what}; close the colony, or stop what is at work`,
  );
}

function isRemoved(id: AgentId): Refusal {
  return refuse("agent.not_found", `there is no agent "${id}" in this colony`);
}
