import type { Tool } from "@colony/core";
import type { Roster } from "../roster.ts";
import type { StopDeps } from "../stop.ts";
import type { DelegationDeps } from "./deps.ts";
import { LIFE_TOOLS, lifeTools } from "./life-tools.ts";
import { spawnTools } from "./spawn-tools.ts";
import { steerTools } from "./steer-tools.ts";
import { watchTools } from "./watch-tools.ts";

/** The tools by which an agent works through others, all of the group `delegation`. */
export function delegationTools(deps: DelegationDeps & StopDeps): readonly Tool[] {
  const tools = [
    ...spawnTools(deps),
    ...watchTools(deps),
    ...steerTools(deps, deps),
    ...lifeTools(deps, deps),
  ];
  return tools.map((tool) => ({ ...tool, group: "delegation" }));
}

/** Those of them that are of use with the definitions that there are: only workers that stay are closed and opened again. */
export function usefulTools(roster: Roster, tools: readonly Tool[]): readonly Tool[] {
  const { names } = roster;
  if (names.length === 0) return [];
  const someStay = names.some((name) => roster.worker(name).definition.lifetime === "persistent");
  return someStay ? tools : tools.filter(({ name }) => !LIFE_TOOLS.has(name));
}
