import type { ColonyEvent } from "@colony/core";
import type { Colony } from "@colony/runtime";

/**
 * What other processes had left for this colony and could not be done at its opening: it was refused before anybody could
 * listen. Those that the log has by now; later ones are heard of as they come.
 */
export async function refusedAtOpening(colony: Colony): Promise<readonly ColonyEvent[]> {
  const { openedAt } = colony.state;
  const refused: ColonyEvent[] = [];
  for await (const event of colony.feed({ until: colony.head(), query: { types: ["LETTER_REFUSED"] } }))
    if (openedAt !== null && event.at >= openedAt) refused.push(event);
  return refused;
}
