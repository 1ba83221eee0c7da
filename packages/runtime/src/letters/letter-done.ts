import type { AgentId, EventType } from "@colony/core";
import type { EventBus } from "@colony/eventbus";

/** A letter to an agent. */
export interface ToAgent {
  readonly agentId: AgentId;
  readonly letterId: string;
}

/**
 * Whether what a letter asks of an agent stands in that agent's stream, as an event of one of these types: a host that was killed
 * before it could take the letter out of the box has done it.
 */
export async function isDone(
  bus: EventBus,
  { agentId, letterId }: ToAgent,
  types: readonly EventType[],
): Promise<boolean> {
  const done = bus.feed({ query: { agentId, types }, until: bus.stats().head });
  for await (const { data } of done) if ("letterId" in data && data.letterId === letterId) return true;
  return false;
}
