import { ColonyError, shownValue, type AgentRecord } from "@colony/core";
import { suggestion } from "../arguments/nearest.ts";

/** The last part of an id that people need to type. */
const SHOWN_IDS = 5;

/** All whom a person could mean: by id or name there is one, by label or the start of an id there may be several. */
export function agentsMeant(agents: readonly AgentRecord[], typed: string): readonly AgentRecord[] {
  const exact = agents.find(({ id, name }) => id === typed || name === typed);
  if (exact !== undefined) return [exact];
  const labelled = agents.filter(({ label }) => label === typed);
  if (labelled.length > 0 || typed.length < 3) return labelled;
  return agents.filter(({ id }) => id.startsWith(typed) || id.startsWith(`w-${typed}`));
}

/**
 * The agent that a person means: by id, name, label, or the unique start of an id. Throws `agent.not_found` and says who
 * there is.
 */
export function findAgent(agents: readonly AgentRecord[], typed: string): AgentRecord {
  const meant = agentsMeant(agents, typed);
  const [only, second] = meant;
  if (only !== undefined && second === undefined) return only;
  if (only !== undefined) {
    const ids = meant.slice(0, SHOWN_IDS).map(({ id }) => id);
    throw new ColonyError(
      "agent.not_found",
      `"${typed}" could be any of ${ids.join(", ")}; type more of the id`,
    );
  }
  const words = agents.flatMap(({ id, name, label }) => [id, name, label]).filter((word) => word !== null);
  const hint = suggestion(typed, words);
  const known =
    agents.length <= SHOWN_IDS
      ? `; there are: ${agents.map(({ id }) => id).join(", ")}`
      : '; "colony workers --all" lists them';
  throw new ColonyError(
    "agent.not_found",
    `there is no worker ${shownValue(typed)} in this colony${hint || known}`,
  );
}
