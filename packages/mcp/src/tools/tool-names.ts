import { createHash } from "node:crypto";
import { RUNTIME_TOOLS } from "@colony/core";

/** What providers of models take for the name of a tool. */
const LONGEST = 64;

/** A tool by the names that its server and itself go by. */
export interface ServerTool {
  readonly server: string;
  readonly tool: string;
}

/** How much of its hash is in a name, where the one before does not make it valid and unique. Digits. */
const MARKS = [0, 8, 40];

/**
 * A name for each, in the same order: `server_tool` with every character that providers refuse replaced. Where that is too
 * long, a name of the runtime's own tools, or the same for several, each of them has a piece of hash behind it, so that a
 * name never comes to mean another tool because one was added; and more of it where that is the name of another one too,
 * which servers can see to.
 */
export function toolNames(tools: readonly ServerTool[]): readonly string[] {
  let marks: readonly number[] = tools.map((tool) => (isFree(markedName(tool, 0)) ? 0 : 1));
  for (;;) {
    const names = tools.map((tool, index) => markedName(tool, MARKS[marks[index] ?? 0] ?? 0));
    const counts = new Map<string, number>();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    const next = marks.map((mark, index) =>
      counts.get(names[index] ?? "") === 1 ? mark : Math.min(mark + 1, MARKS.length - 1),
    );
    if (next.every((mark, index) => mark === marks[index])) return names;
    marks = next;
  }
}

function isFree(name: string): boolean {
  return name.length <= LONGEST && !RUNTIME_TOOLS.has(name);
}

function markedName({ server, tool }: ServerTool, digits: number): string {
  const name = `${server}_${tool}`.replaceAll(/[^A-Za-z0-9_-]/gu, "_");
  if (digits === 0) return name;
  const mark = createHash("sha256")
    .update(JSON.stringify([server, tool]))
    .digest("hex")
    .slice(0, digits);
  return `${name.slice(0, LONGEST - mark.length - 1)}_${mark}`;
}
