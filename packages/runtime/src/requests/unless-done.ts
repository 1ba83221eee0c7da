import { ColonyError, type AgentId } from "@colony/core";
import type { EventBus } from "@colony/eventbus";

/**
 * Records what a letter says of a call, unless a host that was killed before it could take the letter out of the box has
 * recorded it: then nothing is left to do. Rejects as `record` does.
 */
export async function unlessDone(
  { bus }: { readonly bus: EventBus },
  { agentId, letterId }: { readonly agentId: AgentId; readonly letterId: string },
  record: () => Promise<void>,
): Promise<void> {
  try {
    await record();
  } catch (error) {
    if (!(error instanceof ColonyError) || !SETTLED.has(error.code)) throw error;
    const types = ["QUESTION_ANSWERED", "APPROVAL_RESOLVED"] as const;
    const said = bus.feed({ query: { agentId, types }, until: bus.stats().head });
    for await (const { data } of said) if ("letterId" in data && data.letterId === letterId) return;
    throw error;
  }
}

/** What may be refused because it has been said already. */
const SETTLED: ReadonlySet<string> = new Set(["request.not_open", "answer.invalid", "tool.invalid_input"]);
