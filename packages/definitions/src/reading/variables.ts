import type { Problems } from "../problems/problems.ts";
import type { LeafNode, MapNode, Node, Path } from "../tree/node.ts";
import { readReferences, type Text } from "./references.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What variables are put in from, and who is told of those that are not there. */
export interface Filling {
  readonly env: Environment;
  readonly problems: Problems;
}

/** The same with variables put into its texts: `${NAME}`, `${NAME:-default}`; `$${` stands for `${` itself. */
export function filled(node: MapNode, filling: Filling): MapNode {
  return filledMap(node, filling, []);
}

function filledMap(node: MapNode, filling: Filling, path: Path): MapNode {
  const entries = Array.from(node.entries, ([key, { place, node: value }]) => {
    return [key, { place, node: filledNode(value, filling, [...path, key]) }] as const;
  });
  return { ...node, entries: new Map(entries) };
}

function filledNode(node: Node, filling: Filling, path: Path): Node {
  switch (node.kind) {
    case "map":
      return filledMap(node, filling, path);
    case "list":
      return { ...node, items: node.items.map((item, index) => filledNode(item, filling, [...path, index])) };
    case "leaf":
      return filledLeaf(node, filling, path);
  }
}

/** A text with variables put in. What a variable holds is put in as it is. */
export function filledLeaf(node: LeafNode, { env, problems }: Filling, path: Path): LeafNode {
  if (typeof node.value !== "string" || !node.value.includes("${")) return node;
  const text = readReferences(node.value);
  if ("why" in text) {
    problems.at(node.place, path, `holds "${text.written}", ${text.why}`);
    return { ...node, value: "" };
  }
  const value = filledText(text, {
    given: (name) => {
      // What an object has from its language is no variable.
      const found = Object.hasOwn(env, name) ? env[name] : undefined;
      if (found !== undefined) problems.hide(name, found);
      return found;
    },
    missing: (name) => {
      const words = `needs the variable ${name}, which is not set; set it, or write \${${name}:-default}`;
      problems.at(node.place, path, words);
    },
  });
  return { ...node, value };
}

interface Variables {
  readonly given: (name: string) => string | undefined;
  readonly missing: (name: string) => void;
}

/** A default is looked at only where it is needed. */
function filledText(text: Text, variables: Variables): string {
  const parts = text.map((part) => {
    if (typeof part === "string") return part;
    const { name, fallback } = part;
    const given = variables.given(name);
    if (given !== undefined && (given !== "" || fallback === undefined)) return given;
    if (fallback !== undefined) return filledText(fallback, variables);
    variables.missing(name);
    return "";
  });
  return parts.join("");
}
