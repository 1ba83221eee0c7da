import type { JsonValue } from "@colony/core";

const MAX_CHARACTERS = 12_000;

/** As many of the first items as a model can be shown at once: results stay small whatever the names are like. */
export function fitted<Item extends JsonValue>(items: readonly Item[], count: number): Item[] {
  const shown: Item[] = [];
  let characters = 0;
  for (const item of items.slice(0, count)) {
    characters += JSON.stringify(item).length;
    if (characters > MAX_CHARACTERS && shown.length > 0) break;
    shown.push(item);
  }
  return shown;
}
