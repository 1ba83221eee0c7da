import { ColonyError, shownValue, type AgentRecord } from "@colony/core";
import { suggestion } from "../arguments/nearest.ts";

/** The last part of an id that people need to type. */
const SHOWN_IDS = 5;

/**
 * The agent that a person means: by id, name, label, or the unique start of an id. Throws `agent.not_found` and says who
 * there is.
 */
export function findAgent(agents: readonly AgentRecord[], typed: string): AgentRecord {
  const exact = agents.find(({ id, name }) => id === typed || name === typed);
  if (exact !== undefined) return exact;
  const labelled = agents.filter(({ label }) => label === typed);
  const started =
    typed.length < 3 ? [] : agents.filter(({ id }) => id.startsWith(typed) || id.startsWith(`w-${typed}`));
  const [only, second] = labelled.length > 0 ? labelled : started;
  if (only !== undefined && second === undefined) return only;
  if (only !== undefined) {
    const ids = (labelled.length > 0 ? labelled : started).slice(0, SHOWN_IDS).map(({ id }) => id);
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
