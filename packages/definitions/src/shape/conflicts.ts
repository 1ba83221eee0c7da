import type { Problems } from "../problems/problems.ts";
import type { MapNode, Node, Path } from "../tree/node.ts";

/** Keys of which only one may be given. */
const ONE_OF: readonly (readonly [string, string])[] = [
  ["model", "models"],
  ["instructions", "instructionsFile"],
];

/** What belongs to the one kind of server, and what to the other. */
const STDIO = ["command", "args", "env", "cwd"];
const HTTP = ["url", "headers"];

/** Tells of keys that do not go together. */
export function tellConflicts(root: MapNode, problems: Problems): void {
  tellAgent(root.entries.get("overseer")?.node, { path: ["overseer"], problems });
  for (const [name, node] of members(root, "workers")) tellAgent(node, { path: ["workers", name], problems });
  for (const [name, node] of members(root, "mcpServers"))
    tellServer(node, { path: ["mcpServers", name], problems });
  const notify = root.entries.get("notify")?.node;
  if (notify?.kind === "map") tellNotify(notify, { path: ["notify"], problems });
}

interface At {
  readonly path: Path;
  readonly problems: Problems;
}

function members(root: MapNode, key: string): readonly (readonly [string, Node])[] {
  const node = root.entries.get(key)?.node;
  return node?.kind === "map" ? Array.from(node.entries, ([name, entry]) => [name, entry.node]) : [];
}

function tellAgent(node: Node | undefined, { path, problems }: At): void {
  if (node?.kind !== "map") return;
  for (const [one, other] of ONE_OF) {
    const second = node.entries.get(other);
    if (node.entries.has(one) && second !== undefined)
      problems.at(second.place, [...path, other], `stands beside ${one}; give one of the two`);
  }
}

function tellServer(node: Node, { path, problems }: At): void {
  if (node.kind !== "map") return;
  const has = (key: string): boolean => node.entries.has(key);
  if (!has("command") && !has("url")) {
    problems.at(node.place, path, "names no server; give command (and args), or url (and headers)");
    return;
  }
  const foreign = has("command") ? HTTP : STDIO;
  for (const key of foreign) {
    const entry = node.entries.get(key);
    if (entry !== undefined)
      problems.at(
        entry.place,
        [...path, key],
        `does not go with ${has("command") ? "command" : "url"}; leave one of them out`,
      );
  }
}

function tellNotify(node: MapNode, { path, problems }: At): void {
  const has = (key: string): boolean => node.entries.has(key);
  if (has("command") === has("webhook"))
    problems.at(node.place, path, "must say one way; give command (and args), or webhook and secret");
  else if (has("webhook") && !has("secret"))
    problems.at(
      node.place,
      [...path, "secret"],
      "is missing; give the secret that notifications are signed with",
    );
}
