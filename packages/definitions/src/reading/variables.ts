import type { Problems } from "../problems/problems.ts";
import type { LeafNode, MapNode, Node, Path } from "../tree/node.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${` as it is, `${...}` whole, or one that never ends. */
const REFERENCE = /\$\$\{|\$\{(?<inside>[^}]*)\}|\$\{/gu;
const NAMED = /^(?<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?<fallback>[\s\S]*))?$/u;

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

/** A text with variables put in. */
export function filledLeaf(node: LeafNode, { env, problems }: Filling, path: Path): LeafNode {
  if (typeof node.value !== "string" || !node.value.includes("${")) return node;
  const value = node.value.replaceAll(REFERENCE, (whole, inside: string | undefined) => {
    if (whole === "$${") return "${";
    const { name, fallback } = NAMED.exec(inside ?? "")?.groups ?? {};
    if (name === undefined) {
      problems.at(
        node.place,
        path,
        `holds "${whole}", which names no variable; write \${NAME} or \${NAME:-default}, and $\${ for \${ itself`,
      );
      return "";
    }
    const given = env[name];
    if (given !== undefined && (given !== "" || fallback === undefined)) {
      problems.hide(name, given);
      return given;
    }
    if (fallback !== undefined) return fallback;
    problems.at(
      node.place,
      path,
      `needs the variable ${name}, which is not set; set it, or write \${${name}:-default}`,
    );
    return "";
  });
  return { ...node, value };
}
