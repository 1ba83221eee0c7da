import type { ColonyState } from "@colony/core";
import { tell } from "../io/tell.ts";
import { moment } from "../render/units.ts";

/** What is known of a colony's stop. */
type Blocks = Pick<ColonyState, "blocks">;

/** Since when nothing begins, in epoch milliseconds; null where the colony was not stopped. */
export function stoppedAt({ blocks }: Blocks): number | null {
  return blocks.length === 0 ? null : Math.min(...blocks.map(({ at }) => at));
}

/** That everything was stopped, and how it goes on, in a sentence; undefined where it was not. */
export function stoppedWords(state: Blocks): string | undefined {
  const at = stoppedAt(state);
  return at === null
    ? undefined
    : `everything was stopped at ${moment(at)}; it goes on once somebody says something`;
}

/** Where something is looked at, or set, that does not begin: says so on standard error. */
export function tellStopped(state: Blocks, stderr: { write(text: string): unknown }): void {
  const words = stoppedWords(state);
  if (words !== undefined) tell(stderr, words);
}
