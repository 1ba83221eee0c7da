import type { NewEvent } from "../events/envelope.ts";
import { executionIdOf, type AgentId } from "../ids.ts";
import type { AgentCommands } from "./command.ts";
import { refuse, type CommandHandlers, type Decision } from "./decision.ts";
import { isEnded } from "../views/status.ts";

/** A new agent; a worker with a task is queued in the same commit. */
export function decideSpawn(agentId: AgentId, command: AgentCommands["agent.spawn"]): Decision {
  const { data } = command;
  const correlation = command.correlationId === undefined ? {} : { correlationId: command.correlationId };
  const spawned: NewEvent = { type: "AGENT_SPAWNED", data, ...correlation };
  if (data.kind === "overseer" || data.task === null || command.hold === true) return [spawned];
  const executionId = executionIdOf(agentId, 1);
  return [spawned, { type: "EXECUTION_QUEUED", data: { number: 1 }, executionId, ...correlation }];
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
  "agent.close"({ record, inbox }, { cause }) {
    if (record.status === "closed") return [];
    if (record.execution !== null && !isEnded(record.execution.status))
      return refuse(
        "agent.busy",
        `agent "${record.id}" is at work; stop it, or wait for its end, before closing it`,
      );
    const discarded = inbox.map(({ inputId }): NewEvent => ({
      type: "INPUT_DISCARDED",
      data: { inputId, reason: "the agent was closed before it was given this" },
    }));
    return [...discarded, { type: "AGENT_CLOSED", data: { cause } }];
  },
} satisfies Partial<CommandHandlers>;
