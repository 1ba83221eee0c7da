import type { Tool } from "@colony/core";
import type { StopDeps } from "../stop.ts";
import type { DelegationDeps } from "./deps.ts";
import { lifeTools } from "./life-tools.ts";
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
