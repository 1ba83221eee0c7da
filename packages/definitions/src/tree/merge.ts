import type { Entry, MapNode, Node } from "./node.ts";

/** Ways to say one thing: whoever says it in one way takes back what was said in another. */
const ALTERNATIVES: readonly (readonly (readonly string[])[])[] = [
  [["model"], ["models"]],
  [["instructions"], ["instructionsFile"]],
  [
    ["command", "args", "env", "cwd"],
    ["url", "headers"],
  ],
];

/** What stands behind these is one thing, however it is written: a schema is replaced, and nothing in it is nothing. */
const WHOLE: ReadonlySet<string> = new Set(["report"]);

/**
 * What a file says on top of the one it extends: maps are merged key by key, everything else is replaced, and `null` takes
 * away what was there.
 */
export function merged(base: MapNode, over: MapNode): MapNode {
  const entries = new Map(base.entries);
  for (const key of over.entries.keys()) for (const other of takenBackBy(key)) entries.delete(other);
  for (const [key, entry] of over.entries) {
    if (isNull(entry.node)) entries.delete(key);
    else entries.set(key, WHOLE.has(key) ? entry : mergedEntry(entries.get(key), entry));
  }
  return { ...over, entries };
}

/** Without the keys that are set to nothing. What stands below lists is data, where nothing may be something. */
export function withoutNulls(node: MapNode): MapNode {
  const kept = Array.from(node.entries, ([key, entry]) => {
    const { node: value } = entry;
    const isOwn = value.kind === "map" && !WHOLE.has(key);
    return [key, isOwn ? { ...entry, node: withoutNulls(value) } : entry] as const;
  });
  return { ...node, entries: new Map(kept.filter(([, entry]) => !isNull(entry.node))) };
}

function mergedEntry(below: Entry | undefined, above: Entry): Entry {
  if (below?.node.kind !== "map" || above.node.kind !== "map") return above;
  return { place: above.place, node: merged(below.node, above.node) };
}

/** Keys that a key takes back, and what goes with them. */
function takenBackBy(key: string): readonly string[] {
  return ALTERNATIVES.flatMap((ways) => {
    const own = ways.find((way) => way[0] === key);
    return own === undefined ? [] : ways.filter((way) => way !== own).flat();
  });
}

function isNull(node: Node): boolean {
  return node.kind === "leaf" && node.value === null;
}
