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
import { withLifeToCome } from "./second-word.ts";
import { readLetter, receiveCommand, type InputLetter } from "./letter-body.ts";

/** An input as an agent is going to receive it. */
export interface ReceivedBy {
  readonly inputId: InputId;
  /** The letter that brings it; undefined where it stands in the log already. */
  readonly letterId: string | undefined;
}

/** An agent as far as its events have been read: up to that seq. */
export interface AgentSoFar {
  readonly state: AgentState;
  readonly readTo: number;
}

/**
 * What an input's letter comes to at a moment in which nobody else writes: the input that is received by it, which is
 * another one where the same was sent before under the same key. Decided as its owner is going to decide it: on the agent's
 * state, and on what waits for it in the box under that key; no other letter makes a difference. Throws what it would be
 * refused with.
 */
export function inputReceivedBy(
  { letter, letterId }: { readonly letter: InputLetter; readonly letterId: string },
  { state }: AgentSoFar,
  now: Pick<FolderNow, "withKey">,
): ReceivedBy {
  let [agent, bringer] = [withLifeToCome(state, now), letterId];
  const key = `k:${letter.idempotencyKey}`;
  for (const { id, letter: earlier } of waitingFor(letter, now)) {
    const outcome = received(agent, earlier);
    if (!("state" in outcome)) continue;
    if (agent.keys[key] === undefined) bringer = id;
    agent = outcome.state;
  }
  const outcome = received(agent, letter);
  if (!("state" in outcome)) throw ColonyError.from(outcome);
  const inputId = outcome.state.keys[key]?.inputId ?? letter.inputId;
  return { inputId, letterId: state.keys[key] === undefined ? bringer : undefined };
}

/** The agent with what the log has taken since. */
export function caughtUp({ state, readTo }: AgentSoFar, now: Pick<FolderNow, "read">): AgentSoFar {
  let [agent, after] = [state, readTo];
  for (;;) {
    const page: readonly ColonyEvent[] = now.read({ agentId: agent.record.id, after });
    for (const event of page)
      if (event.version > agent.record.version) agent = evolveAgent(agent, [event]) ?? agent;
    if (page.length === 0) return { state: agent, readTo: after };
    after = page.at(-1)?.seq ?? after;
  }
}

function* waitingFor(
  { agentId, idempotencyKey }: InputLetter,
  now: Pick<FolderNow, "withKey">,
): Generator<{ readonly id: string; readonly letter: InputLetter }> {
  for (const { id, body } of now.withKey(idempotencyKey)) {
    const letter = readable(body);
    if (letter?.kind === "input" && letter.agentId === agentId) yield { id, letter };
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
