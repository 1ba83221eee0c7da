import type { AgentState } from "../state/agent-state.ts";
import { agentCommands, decideSpawn } from "./agent.ts";
import type { AgentCommand, AgentCommandType, AgentCommands } from "./command.ts";
import { refuse, type CommandHandlers, type Decision, type DecisionContext } from "./decision.ts";
import { executionCommands } from "./execution.ts";
import { inboxCommands } from "./inbox.ts";
import { milestoneCommands } from "./milestone.ts";
import { modelCommands } from "./model.ts";
import { notificationCommands } from "./notification.ts";
import { processCommands } from "./process.ts";
import { requestCommands } from "./request.ts";
import { spawnCommands } from "./spawn.ts";
import { toolCommands } from "./tool.ts";

const HANDLERS: CommandHandlers = {
  ...agentCommands,
  ...inboxCommands,
  ...executionCommands,
  ...modelCommands,
  ...toolCommands,
  ...spawnCommands,
  ...milestoneCommands,
  ...processCommands,
  ...notificationCommands,
  ...requestCommands,
};

/**
 * What a command on an agent comes to: events, or a refusal. Pure; the state is undefined before the agent exists.
 */
export function decide(
  state: AgentState | undefined,
  command: AgentCommand,
  context: DecisionContext,
): Decision {
  if (state === undefined) {
    if (command.type === "agent.spawn") return decideSpawn(context.agentId, command);
    return refuse("agent.not_found", `there is no agent "${context.agentId}" in this colony`);
  }
  const handler = HANDLERS[command.type] as (
    state: AgentState,
    command: AgentCommands[AgentCommandType],
    context: DecisionContext,
  ) => Decision;
  return handler(state, command, context);
}
