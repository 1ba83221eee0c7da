import type { AgentId, AgentRecord } from "@colony/core";
import type { AgentDefinition } from "../definition.ts";
import { Hooks } from "../hooks/hooks.ts";
import type { Aborts } from "./aborts.ts";
import type { Alarms } from "./alarm.ts";
import { Allowance } from "./allowance.ts";
import type { CalledOff } from "./called-off.ts";
import { CallPlanner } from "./call-planner.ts";
import type { LoopDeps } from "./deps.ts";
import { equipmentOf, type Equipment } from "./equipment.ts";
import type { News } from "./news.ts";
import { PeopleFirst } from "./people-first.ts";
import type { Reservations } from "./reservation.ts";

/** What all runs of a host have in common. */
export interface RunHost {
  readonly deps: LoopDeps;
  readonly news: News;
  readonly aborts: Aborts;
  readonly alarms: Alarms;
  readonly reservations: Reservations;
  readonly calledOff: CalledOff;
}

/** What the pieces of one run have in common: one object, because there is one of each for every agent at work. */
export interface RunParts {
  readonly deps: LoopDeps;
  readonly agentId: AgentId;
  readonly definitionId: string;
  readonly definition: AgentDefinition;
  readonly equipment: Equipment;
  readonly hooks: Hooks;
  readonly allowance: Allowance;
  readonly planner: CallPlanner;
  readonly reservations: Reservations;
  readonly calledOff: CalledOff;
}

/** An agent whose execution is to be run. */
export interface WhoseRun {
  readonly record: AgentRecord;
  readonly definition: AgentDefinition;
  /** What the agent was told at the start of this execution, where that is something else than it would be told now. */
  readonly system: string | undefined;
}

/** Makes what the pieces of a run have in common. */
export function partsOf(host: RunHost, { record, definition, system }: WhoseRun): RunParts {
  const { deps } = host;
  const whose = { record, extra: deps.toolsFor(record), standIns: deps.standInsFor?.(record) };
  const made = equipmentOf(definition, whose);
  const equipment = system === undefined ? made : toldInstead(made, system);
  return new Parts(host, { record, definition, equipment });
}

function toldInstead(made: Equipment, system: string): Equipment {
  return { ...made, told: made.told, toldLast: made.toldLast, system };
}

class Parts implements RunParts {
  readonly deps: LoopDeps;
  readonly agentId: AgentId;
  readonly definitionId: string;
  readonly definition: AgentDefinition;
  readonly equipment: Equipment;
  readonly hooks: Hooks;
  readonly allowance: Allowance;
  readonly reservations: Reservations;
  readonly calledOff: CalledOff;
  #planner: CallPlanner | undefined;

  constructor(
    { deps, reservations, calledOff }: RunHost,
    { record, definition, equipment }: Pick<WhoseRun, "record" | "definition"> & Pick<RunParts, "equipment">,
  ) {
    this.deps = deps;
    this.agentId = record.id;
    this.definitionId = record.definitionId;
    this.definition = definition;
    this.equipment = equipment;
    this.hooks = definition.hooks === undefined ? Hooks.none : new Hooks(definition.hooks, deps.logger);
    this.allowance = new Allowance(deps, record.id);
    this.reservations = reservations;
    this.calledOff = calledOff;
  }

  /** Made with the first call: many workers wait for a first answer. */
  get planner(): CallPlanner {
    return (this.#planner ??= this.#newPlanner());
  }

  #newPlanner(): CallPlanner {
    const { equipment, hooks, deps } = this;
    const peopleFirst = equipment.asksPeople ? new PeopleFirst({ colony: deps.ledger }) : undefined;
    return new CallPlanner({ shelf: equipment, hooks, peopleFirst });
  }
}
