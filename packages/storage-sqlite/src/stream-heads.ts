import type { AgentId } from "@colony/core";

/** Where a stream is, and what its next append most likely has in common with the last one. */
export interface StreamHead {
  /** The number of the agent's name. */
  readonly agent: number;
  version: number;
  executionId: string | undefined;
  /** The number of that execution, where it is one of the agent's own. */
  execution: number | null;
  correlationId: string | undefined;
  /** The number of that name. */
  correlation: number | null;
}

/** The heads of streams, for as many as were written to of late. */
export interface StreamHeads {
  /** Only inside a transaction that writes: an agent that is new gets its number here. */
  of(agentId: AgentId): StreamHead;
  /** Looks it up again next time, since a transaction has failed. */
  forget(agentId: AgentId): void;
}

/** What is known of a stream by the database. */
type Found = Pick<StreamHead, "agent" | "version">;

/** Makes a cache in front of a look-up. It is emptied when it is full: whoever goes on writing is soon in it again. */
export function createStreamHeads(lookUp: (agentId: AgentId) => Found, limit = 20_000): StreamHeads {
  const heads = new Map<AgentId, StreamHead>();
  return {
    of(agentId) {
      const known = heads.get(agentId);
      if (known !== undefined) return known;
      const { agent, version } = lookUp(agentId);
      const head: StreamHead = {
        agent,
        version,
        executionId: undefined,
        execution: null,
        correlationId: undefined,
        correlation: null,
      };
      if (heads.size >= limit) heads.clear();
      heads.set(agentId, head);
      return head;
    },
    forget: (agentId) => void heads.delete(agentId),
  };
}
