import { ColonyError, shownValue, type AgentRecord, type PendingRequest } from "@colony/core";
import { suggestion } from "../arguments/nearest.ts";
import { agentsMeant, findAgent } from "../colony/find-agent.ts";
import type { NumberedRequest } from "./numbered.ts";
import type { RequestWords } from "./request-words.ts";

const SHOWN = 5;

/** Where a request is looked for. */
export interface FindPlace {
  /** Everything that waits, oldest first. */
  readonly requests: readonly NumberedRequest[];
  readonly agents: readonly AgentRecord[];
  readonly words: RequestWords;
}

/**
 * The request that a person means: by its number in the inbox, by its id, or by the agent that waits, as agents are typed
 * elsewhere; the only one there is where nothing is named. Throws `request.not_found` and says what there is.
 */
export function findPending(
  { requests, agents, words }: FindPlace,
  typed: string | undefined,
  kind: PendingRequest["kind"],
): NumberedRequest {
  const fitting = requests.filter(({ request }) => request.kind === kind);
  const what = kind === "question" ? "an answer" : "an approval";
  if (typed === undefined) return onlyOne(fitting, `nothing waits for ${what}`);
  const exact = findExactly(requests, typed);
  if (exact !== undefined) {
    const { request } = exact;
    if (request.kind === kind) return exact;
    throw new ColonyError(
      "request.not_open",
      `${request.id} waits for ${request.kind === "question" ? `an answer; "${words.answer}" gives it` : `an approval; "${words.approve}" or "${words.deny}" decides it`}`,
    );
  }
  const whose = typed.split("/", 1)[0] ?? "";
  if (agentsMeant(agents, whose).length === 0) throw noneCalled(typed, kind, { requests: fitting, words });
  const agent = findAgent(agents, whose);
  const own = fitting.filter(
    ({ request: { agentId, id } }) => agentId === agent.id && (!typed.includes("/") || id === typed),
  );
  return onlyOne(
    own,
    `${nameOf(agent)} does not wait for ${what} (any more); "${words.inbox}" lists what waits`,
  );
}

/** One by its number or its id, whatever it waits for. Throws `request.not_found` for a number that there is not. */
export function findExactly(
  requests: readonly NumberedRequest[],
  typed: string,
): NumberedRequest | undefined {
  const isNumber = /^\d{1,6}$/u.test(typed);
  const found = requests.find(({ number, request }) =>
    isNumber ? number === Number(typed) : request.id === typed,
  );
  if (found !== undefined || !isNumber) return found;
  const there = requests.slice(0, 2 * SHOWN).map(({ number }) => number);
  const has = there.length === 0 ? ", which is empty" : `; it has ${there.join(", ")}`;
  throw new ColonyError("request.not_found", `there is no number ${typed} in the inbox${has}`);
}

function noneCalled(
  typed: string,
  kind: PendingRequest["kind"],
  { requests, words }: Pick<FindPlace, "requests" | "words">,
): ColonyError {
  const names = requests.flatMap(({ request: { id, agentId, agentName } }) => [id, agentId, agentName ?? ""]);
  const hint = suggestion(typed, names) || `; "${words.inbox}" lists what waits`;
  return new ColonyError("request.not_found", `no ${kind} ${shownValue(typed)} waits for you${hint}`);
}

function onlyOne(requests: readonly NumberedRequest[], none: string): NumberedRequest {
  const [only, ...more] = requests;
  if (only === undefined) throw new ColonyError("request.not_open", none);
  if (more.length === 0) return only;
  const ids = requests.slice(0, SHOWN).map(({ number, request: { id } }) => `${number} (${id})`);
  throw new ColonyError("request.not_found", `${requests.length} of them wait; say which: ${ids.join(", ")}`);
}

function nameOf({ id, name, kind }: AgentRecord): string {
  return kind === "overseer" ? "the overseer" : (name ?? id);
}
