import { ColonyError, type AgentRecord, type PendingRequest } from "@colony/core";
import type { ColonyReader } from "@colony/runtime";
import { findAgent } from "../colony/find-agent.ts";

const SHOWN_IDS = 5;

/**
 * The request that a person means: by its number in the inbox, by its id, or by the agent that waits, as agents are typed
 * elsewhere; the only one there is where nothing is named. Throws `request.not_found` and says what there is.
 */
export function findPending(
  reader: Pick<ColonyReader, "pending" | "agents">,
  typed: string | undefined,
  kind: PendingRequest["kind"],
): PendingRequest {
  const pending = reader.pending();
  const fitting = pending.filter((request) => request.kind === kind);
  const what = kind === "question" ? "an answer" : "an approval";
  if (typed === undefined) return onlyOne(fitting, `nothing waits for ${what}`);
  const numbered = /^\d{1,4}$/u.test(typed) ? pending[Number(typed) - 1] : undefined;
  const exact = numbered ?? pending.find(({ id }) => id === typed);
  if (exact !== undefined) {
    if (exact.kind === kind) return exact;
    throw new ColonyError(
      "request.not_open",
      `${exact.id} waits for ${exact.kind === "question" ? 'an answer; "colony answer" gives it' : 'an approval; "colony approve" or "colony deny" decides it'}`,
    );
  }
  if (/^\d{1,4}$/u.test(typed))
    throw new ColonyError(
      "request.not_found",
      `there is no number ${typed} in the inbox${pending.length === 0 ? ", which is empty" : `; it has 1 to ${pending.length}`}`,
    );
  const agent = findAgent(reader.agents(), typed.split("/", 1)[0] ?? "");
  const own = fitting.filter(
    ({ agentId, id }) => agentId === agent.id && (!typed.includes("/") || id === typed),
  );
  return onlyOne(
    own,
    `${nameOf(agent)} does not wait for ${what} (any more); "colony inbox" lists what waits`,
  );
}

function onlyOne(requests: readonly PendingRequest[], none: string): PendingRequest {
  const [only, ...more] = requests;
  if (only === undefined) throw new ColonyError("request.not_open", none);
  if (more.length === 0) return only;
  const ids = requests.slice(0, SHOWN_IDS).map(({ id }) => id);
  throw new ColonyError("request.not_found", `${requests.length} of them wait; say which: ${ids.join(", ")}`);
}

function nameOf({ id, name, kind }: AgentRecord): string {
  return kind === "overseer" ? "the overseer" : (name ?? id);
}
