import {
  ColonyError,
  readAnswer,
  type AgentId,
  type Answers,
  type CallId,
  type ToolCallState,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";

/** A person's word, as it was left for whoever has the colony open. */
type Word = { readonly agentId: AgentId; readonly callId: CallId } & (
  | { readonly answers: Answers }
  | { readonly decision: "approved" | "denied" }
);

/**
 * Records a word, unless a host that was killed before it could say so has recorded this very one: then nothing is left to
 * do. Rejects as `record` does.
 */
export async function unlessDone(
  { ledger }: { readonly ledger: Ledger },
  word: Word,
  record: () => Promise<void>,
): Promise<void> {
  try {
    await record();
  } catch (error) {
    if (!(error instanceof ColonyError) || !SETTLED.has(error.code)) throw error;
    const conversation = (await ledger.load(word.agentId))?.conversation ?? [];
    for (const entry of conversation.toReversed()) {
      const calls = entry.role === "assistant" ? entry.calls : [];
      const call = calls.find(({ callId }) => callId === word.callId);
      if (call !== undefined && says(call, word)) return;
    }
    throw error;
  }
}

const SETTLED: ReadonlySet<string> = new Set(["request.not_open", "answer.invalid"]);

function says({ request, approvedBy, result }: ToolCallState, word: Word): boolean {
  if ("decision" in word)
    return word.decision === "approved" ? approvedBy !== undefined : result?.status === "denied";
  if (request?.kind !== "question") return false;
  return Object.entries(word.answers).every(([id, given]) => {
    const question = request.questions.find((each) => each.id === id);
    const read = question === undefined ? undefined : readAnswer(question, given);
    return read !== undefined && "answer" in read && request.answers[id] === read.answer;
  });
}
