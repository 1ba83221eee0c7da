import { ColonyError, messagesOf, type AgentState, type Message } from "@colony/core";

/** An agent's conversation, as a copy. Throws `agent.pruned` where it is not kept any longer: an empty one would be a wrong one. */
export function keptConversation({ record, conversation }: AgentState): readonly Message[] {
  const { prunedAt, name, id, report } = record;
  if (prunedAt === undefined) return structuredClone(messagesOf(conversation));
  const said =
    report === null ? "it has left no report" : `its report is: ${report.status}: ${report.summary}`;
  throw new ColonyError(
    "agent.pruned",
    `the conversation of worker "${name ?? id}" was pruned on ${new Date(prunedAt).toISOString()}; ${said}`,
    { details: { agentId: id, prunedAt } },
  );
}
