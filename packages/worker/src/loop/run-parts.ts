import type { AgentId } from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import type { Hooks } from "../hooks/hooks.ts";
import type { Allowance } from "./allowance.ts";
import type { CalledOff } from "./called-off.ts";
import type { CallPlanner } from "./call-planner.ts";
import type { LoopDeps } from "./deps.ts";
import type { Equipment } from "./equipment.ts";
import type { Reservations } from "./reservation.ts";

/** What the pieces of one run have in common: one object, because there is one of each for every agent at work. */
export interface RunParts {
  readonly deps: LoopDeps;
  readonly agentId: AgentId;
  readonly definition: AgentDefinition;
  readonly equipment: Equipment;
  readonly hooks: Hooks;
  readonly allowance: Allowance;
  readonly planner: CallPlanner;
  readonly reservations: Reservations;
  readonly calledOff: CalledOff;
}
