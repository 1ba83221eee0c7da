import { ColonyError, nearest, type ErrorCode, type OptionTable, type Tool } from "@colony/core";
import { z } from "zod";
import { REPORT_GROUP, REPORT_TOOL } from "./report-tool.ts";

/**
 * Which of the tools that there are for it an agent may have. What an entry names: a tool (`read_file`), all whose names
 * begin so (`read_*`), all of a group (`group:delegation`), or all (`*`).
 */
export interface ToolSet {
  /** The only ones, with those of `groups`; neither given: all. */
  readonly allow?: readonly string[];
  /** These never, whatever else is said; nor any agent that it spawns. */
  readonly deny?: readonly string[];
  /** Short for `group:...` entries in `allow`. */
  readonly groups?: readonly string[];
}

/** The groups of the tools that Colony brings along. */
const TOOL_GROUPS = ["delegation", "people", "workspace", REPORT_GROUP] as const;

const GROUP = "group:";
const ENTRY = /^(?:(?:group:)?[A-Za-z0-9_-]{1,64}|[A-Za-z0-9_-]{0,63}\*)$/;

const entries = z.array(z.string().regex(ENTRY));
const GIVE = 'a list of names of tools, such as "read_file", "read_*" or "group:delegation"';

/** What a tool set may say. */
export const TOOL_SET_OPTIONS = {
  allow: { fits: entries, give: GIVE },
  deny: { fits: entries, give: GIVE },
  groups: {
    fits: z.array(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)),
    give: 'a list of groups of tools, such as "workspace"',
  },
} as const satisfies OptionTable;

type Named = Pick<Tool, "name" | "group">;

/** Whether some entries name a tool. */
export function names(entriesOfSet: readonly string[], { name, group }: Named): boolean {
  return entriesOfSet.some((entry) => {
    if (entry.endsWith("*")) return name.startsWith(entry.slice(0, -1));
    return entry.startsWith(GROUP) ? group === entry.slice(GROUP.length) : entry === name;
  });
}

/** What a set allows as one list of entries; undefined where that is everything. */
export function allowedBy({ allow, groups }: ToolSet): readonly string[] | undefined {
  if (allow === undefined && groups === undefined) return undefined;
  return [...(allow ?? []), ...(groups ?? []).map((group) => `${GROUP}${group}`)];
}

/** Whether a tool is left by a set. The way to report always is. */
export function leaves(set: ToolSet | undefined, tool: Named): boolean {
  if (set === undefined || tool.name === REPORT_TOOL) return true;
  const allowed = allowedBy(set);
  return (allowed === undefined || names(allowed, tool)) && !names(set.deny ?? [], tool);
}

/** The way to report is not for anybody to take away. Throws the code. */
export function requireReporting({ deny = [] }: ToolSet, where: string, code: ErrorCode): void {
  const wrong = deny.find((entry) => entry === REPORT_TOOL || entry === `${GROUP}${REPORT_GROUP}`);
  if (wrong !== undefined)
    throw new ColonyError(
      code,
      `${where}.deny names "${wrong}", which is how a worker ends and cannot be denied; leave it out`,
    );
}

/** Throws the code for an entry that names nothing there is, with the nearest that it could mean. */
export function requireKnown(
  set: ToolSet,
  known: readonly Named[],
  { where, code }: { readonly where: string; readonly code: ErrorCode },
): void {
  const tools = [...known, { name: REPORT_TOOL, group: REPORT_GROUP }];
  const groups = new Set([...TOOL_GROUPS, ...tools.flatMap(({ group }) => group ?? [])]);
  const words = [...new Set(tools.map(({ name }) => name)), ...Array.from(groups, (group) => GROUP + group)];
  const refuse = (list: keyof ToolSet, entry: string, all: readonly string[]): never => {
    const meant = nearest(entry, all);
    const hint = meant === undefined ? "" : ` (did you mean "${meant}"?)`;
    throw new ColonyError(
      code,
      `${where}.${list} names "${entry}", which is no tool that there is${hint}; there are: ${all.toSorted().join(", ")}`,
    );
  };
  for (const list of ["allow", "deny"] as const)
    for (const entry of set[list] ?? [])
      if (
        !(entry.startsWith(GROUP)
          ? groups.has(entry.slice(GROUP.length))
          : tools.some((tool) => names([entry], tool)))
      )
        refuse(list, entry, words);
  for (const group of set.groups ?? []) if (!groups.has(group)) refuse("groups", group, [...groups]);
}
