import {
  evolveAgent,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type EventLog,
  type Fact,
} from "@colony/core";

const PAGE = 1_000;

/** One agent's state as the log has it up to a seq (default: its end), and the seq of the newest event in it. */
export async function foldAgent(
  log: EventLog,
  agentId: AgentId,
  upTo = Number.POSITIVE_INFINITY,
): Promise<{ readonly state: AgentState | undefined; readonly seq: number }> {
  const facts: Fact[] = [];
  let seq = 0;
  for (;;) {
    const page = await log.read({ concerning: agentId, after: seq, limit: PAGE });
    for (const event of page) {
      if (event.seq > upTo) return { state: evolveAgent(undefined, facts), seq };
      facts.push(event);
      seq = event.seq;
    }
    if (page.length < PAGE) return { state: evolveAgent(undefined, facts), seq };
  }
}

/** A closed agent's record once more mail has come that nobody will read: all that mail changes in a record. */
export function withUnreadMail(record: AgentRecord): AgentRecord {
  return { ...record, pendingInputs: record.pendingInputs + 1 };
}
