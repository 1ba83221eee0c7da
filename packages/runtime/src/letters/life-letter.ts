import {
  ColonyError,
  decide,
  isRefusal,
  type AgentCommand,
  type AgentId,
  type AgentState,
  type ErrorCode,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import { PERSON, closeAgent, type StopDeps } from "@colony/overseer";

/** What can be asked for a worker's life, as a letter says it. */
export const LIFE_WORDS = ["close", "reopen", "dismiss", "remove"] as const;
/** One of them. */
export type LifeWord = (typeof LIFE_WORDS)[number];

/** What is asked, and what people are told. */
interface LifeRequest {
  readonly word: LifeWord;
  readonly reason: string | null;
}

/** What no letter that is taken before this one makes right again. */
const NEVER: ReadonlySet<ErrorCode> = new Set([
  "agent.not_a_worker",
  "agent.not_persistent",
  "agent.pruned",
  "agent.not_found",
]);

/** Throws why a worker can never be asked this: what stands in the way only now its owner says when it takes the letter. */
export function checkLife({ record, ...state }: AgentState, word: LifeWord): void {
  const { id, colonyId } = record;
  // As if it was closed already, which a letter that comes first may see to.
  const closed: AgentState = { ...state, record: { ...record, status: "closed" } };
  const decision = decide(closed, commandFor(word), { agentId: id, colonyId, at: 0 });
  if (isRefusal(decision) && NEVER.has(decision.code)) throw ColonyError.from(decision);
}

/** Does what a letter asks. Throws what it is refused with. */
export async function doLife(
  deps: StopDeps & { readonly ledger: Ledger },
  id: AgentId,
  { word, reason, letterId }: LifeRequest & { readonly letterId: string },
): Promise<void> {
  await deps.supervisor.stops.settle();
  if (word === "close") await closeAgent(deps, id, { by: PERSON, reason, letterId });
  else await deps.ledger.require(id, [{ type: `agent.${word}`, by: PERSON, letterId }]);
}

function commandFor(word: LifeWord): AgentCommand {
  return word === "close"
    ? { type: "agent.close", cause: "closed", keepsInbox: true }
    : { type: `agent.${word}`, by: PERSON };
}
