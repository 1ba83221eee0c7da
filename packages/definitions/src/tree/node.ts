/** Where something stands. Code has no lines: there only the file is known. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** A key of a map with what stands behind it. */
export interface Entry {
  readonly place: Place;
  readonly node: Node;
}

/** Keys with values, in the order in which they are written. */
export interface MapNode {
  readonly kind: "map";
  readonly place: Place;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** Values one after the other. */
interface ListNode {
  readonly kind: "list";
  readonly place: Place;
  readonly items: readonly Node[];
}

/** Anything that has no parts here: a text, a number, or what code has made. */
export interface LeafNode {
  readonly kind: "leaf";
  readonly place: Place;
  readonly value: unknown;
  /** As it stands in the file, before variables were put in: what may be shown. */
  readonly written: unknown;
}

/** What a file says, with where it says it. */
export type Node = MapNode | ListNode | LeafNode;

/** The way from the root to a value: keys, and places in lists from 0. */
export type Path = readonly PropertyKey[];

/** What a node says, without where. */
export function valueOf(node: Node): unknown {
  switch (node.kind) {
    case "map":
      return Object.fromEntries(Array.from(node.entries, ([key, entry]) => [key, valueOf(entry.node)]));
    case "list":
      return node.items.map(valueOf);
    case "leaf":
      return node.value;
  }
}

/** The entry or item at a path; undefined where there is none. */
export function entryAt(root: Node, path: Path): Entry | undefined {
  let found: Entry | undefined = { place: root.place, node: root };
  for (const step of path) {
    const node: Node | undefined = found?.node;
    if (node?.kind === "map") found = node.entries.get(String(step));
    else if (node?.kind === "list") {
      const item: Node | undefined = node.items[Number(step)];
      found = item === undefined ? undefined : { place: item.place, node: item };
    } else return undefined;
  }
  return found;
}

/** Where a value stands, or the nearest thing around it that is there. */
export function placeOf(root: Node, path: Path): Place {
  for (let length = path.length; length > 0; length -= 1) {
    const entry = entryAt(root, path.slice(0, length));
    if (entry !== undefined) return entry.node.place;
  }
  return root.place;
}
