import { pathToFileURL } from "node:url";
import { messageOf } from "@colony/core";
import type { Problems } from "../problems/problems.ts";
import type { Node } from "../tree/node.ts";

/** Deeper than anybody writes: something that holds itself. */
const MOST_LEVELS = 50;

/** What a program exports by default. Where in it something stands is not known. */
export async function readCode(file: string, path: string, problems: Problems): Promise<Node | undefined> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  } catch (error) {
    problems.at({ file }, [], `cannot be loaded: ${messageOf(error)}`);
    return undefined;
  }
  if (module.default === undefined) {
    problems.at({ file }, [], 'exports nothing by default; write export default { version: "1", ... }');
    return undefined;
  }
  return nodeOf(module.default, { file });
}

/** What a program has made as a node. Objects with functions in them, such as tools and models, are left whole. */
export function nodeOf(value: unknown, place: { readonly file: string }, level = 0): Node {
  const leaf: Node = { kind: "leaf", place, value, written: value };
  if (typeof value !== "object" || value === null || level > MOST_LEVELS) return leaf;
  if (Array.isArray(value))
    return { kind: "list", place, items: value.map((item: unknown) => nodeOf(item, place, level + 1)) };
  if (!isPlain(value)) return leaf;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>).filter(
    ([, member]) => member !== undefined,
  );
  return {
    kind: "map",
    place,
    entries: new Map(
      entries.map(([key, member]) => {
        const [name, given] = inUnits(key, member);
        return [name, { place, node: nodeOf(given, place, level + 1) }];
      }),
    ),
  };
}

/** Code says times in milliseconds (`softWallMs: 90_000`), files with their unit (`softWall: 90s`). */
function inUnits(key: string, member: unknown): readonly [string, unknown] {
  const name = /^(?<name>[a-z]\w*)Ms$/u.exec(key)?.groups?.["name"];
  return name === undefined || typeof member !== "number" ? [key, member] : [name, `${member}ms`];
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const members: readonly unknown[] = Object.values(value);
  return !members.some((member) => typeof member === "function") && !isDefinition(value);
}

/** What `defineWorker` has made. */
function isDefinition(value: object): boolean {
  return "fallbacks" in value && "reportSchema" in value && "tools" in value;
}
