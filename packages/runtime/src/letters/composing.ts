import {
  ColonyError,
  decide,
  evolveAgent,
  isRefusal,
  type AgentCommand,
  type AgentState,
  type ColonyEvent,
  type Fact,
  type InputId,
  type Refusal,
} from "@colony/core";
import type { FolderNow } from "@colony/storage-sqlite";
import { readLetter, receiveCommand, type InputLetter } from "./letter-body.ts";

/**
 * What an input's letter comes to at the moment in which nobody else writes: the id of the input that is received by it,
 * which is another one's where the same was sent before under the same key. Decided as its owner is going to decide it:
 * on the agent's state with all that still waits for it in the box. Throws what it would be refused with.
 */
export function inputReceivedBy(
  letter: InputLetter,
  { known, readTo, now }: { readonly known: AgentState; readonly readTo: number; readonly now: FolderNow },
): InputId {
  let state = caughtUp(known, readTo, now);
  for (const earlier of waitingFor(letter, now)) {
    const outcome = received(state, earlier);
    if ("state" in outcome) state = outcome.state;
  }
  const outcome = received(state, letter);
  if (!("state" in outcome)) throw ColonyError.from(outcome);
  return outcome.state.keys[`k:${letter.idempotencyKey}`]?.inputId ?? letter.inputId;
}

/** The state with what the log has taken since it was read. */
function caughtUp(known: AgentState, readTo: number, now: FolderNow): AgentState {
  let state = known;
  for (let after = readTo, page: readonly ColonyEvent[] = []; ; after = page.at(-1)?.seq ?? after) {
    page = now.read({ agentId: known.record.id, after });
    for (const event of page)
      if (event.version > state.record.version) state = evolveAgent(state, [event]) ?? state;
    if (page.length === 0) return state;
  }
}

function* waitingFor({ agentId }: InputLetter, { waiting }: FolderNow): Generator<InputLetter> {
  for (const { body } of waiting) {
    const letter = readable(body);
    if (letter?.kind === "input" && letter.agentId === agentId) yield letter;
  }
}

function readable(body: string): ReturnType<typeof readLetter> | undefined {
  try {
    return readLetter(body);
  } catch {
    // Left by another release: its owner is going to say so.
    return undefined;
  }
}

/** The agent once it has received the input, or why it cannot. */
function received(state: AgentState, letter: InputLetter): { readonly state: AgentState } | Refusal {
  const { id, colonyId, version } = state.record;
  const command: AgentCommand = receiveCommand(letter);
  const decision = decide(state, command, { agentId: id, colonyId, at: 0 });
  if (isRefusal(decision)) return decision;
  const facts = decision.map((event, index) => ({
    ...event,
    agentId: id,
    colonyId,
    version: version + index + 1,
    at: 0,
  })) as readonly Fact[];
  return { state: evolveAgent(state, facts) ?? state };
}
