import { createHash } from "node:crypto";

/** What providers of models take for the name of a tool. */
const LONGEST = 64;

/** A tool by the names that its server and itself go by. */
export interface ServerTool {
  readonly server: string;
  readonly tool: string;
}

/**
 * A name for each, in the same order: `server_tool` with every character that providers refuse replaced. Where that is too
 * long, or the same for several, each of them has a piece of hash behind it, so that a name never comes to mean another tool
 * because one was added.
 */
export function toolNames(tools: readonly ServerTool[]): readonly string[] {
  const plain = tools.map(({ server, tool }) => `${server}_${tool}`.replaceAll(/[^A-Za-z0-9_-]/gu, "_"));
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  return plain.map((name, index) => {
    const tool = tools[index];
    const isPlain = name.length <= LONGEST && counts.get(name) === 1;
    return isPlain || tool === undefined ? name : marked(name, tool);
  });
}

function marked(name: string, { server, tool }: ServerTool): string {
  const mark = createHash("sha256")
    .update(JSON.stringify([server, tool]))
    .digest("hex")
    .slice(0, 8);
  return `${name.slice(0, LONGEST - mark.length - 1)}_${mark}`;
}
