import type { Tool } from "@colony/core";
import type { StopDeps } from "../stop.ts";
import type { DelegationDeps } from "./deps.ts";
import { spawnTools } from "./spawn-tools.ts";
import { steerTools } from "./steer-tools.ts";
import { watchTools } from "./watch-tools.ts";

/** The tools by which an agent works through others. None where there is no definition to make workers from. */
export function delegationTools(deps: DelegationDeps & StopDeps): readonly Tool[] {
  if (deps.roster.names.length === 0) return [];
  return [...spawnTools(deps), ...watchTools(deps), ...steerTools(deps, deps)];
}
