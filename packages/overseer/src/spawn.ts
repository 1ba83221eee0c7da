import {
  ColonyError,
  type AgentCommand,
  type AgentId,
  type AgentRecord,
  type BatchPlace,
  type Budget,
  type CallId,
  type CorrelationId,
  type Message,
  type SeedProblem,
} from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import type { PriceOf } from "@colony/worker";
import type { Roster } from "./roster.ts";
import { budgetFor, checkBudget, checkDepth } from "./spawn-budget.ts";

/** A worker to be. */
export interface SpawnRequest {
  readonly id: AgentId;
  readonly parentId: AgentId | null;
  readonly depth: number;
  readonly definition: string | undefined;
  readonly task: string;
  readonly name: string | null;
  readonly label: string | null;
  readonly priority: number;
  readonly batch: BatchPlace | null;
  readonly correlationId: CorrelationId | undefined;
  readonly callId?: CallId;
  /** What it and everything below it may spend; within what its definition and those above it may. */
  readonly budget?: Budget | undefined;
  readonly seed?: {
    readonly source: string;
    readonly messages: readonly Message[];
    readonly problems: readonly SeedProblem[];
  };
}

/** What spawning asks of the colony. */
export interface SpawnRules {
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly maxDepth: number;
  readonly priceOf: PriceOf;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

/** Why a worker may not be spawned; throws before anything is written. */
export function checkSpawn(rules: SpawnRules, request: SpawnRequest): void {
  const { ledger, roster } = rules;
  checkBudget(rules, { ...request, ...roster.worker(request.definition) });
  if (request.task.trim() === "")
    throw new ColonyError("spawn.refused", "the task is empty; say what the worker is to do");
  checkDepth(rules, request);
  if (ledger.colony.blocks.length > 0)
    throw new ColonyError(
      "spawn.refused",
      `nothing is started while the colony is stopped (by ${ledger.colony.blocks.map(({ owner }) => owner).join(", ")}); the next message of a person starts it again`,
    );
  if (request.name === null) return;
  if (!NAME.test(request.name) || ledger.index.get(request.name as AgentId) !== undefined)
    throw new ColonyError(
      "spawn.refused",
      `the name ${JSON.stringify(request.name)} cannot be used; names have 1 to 64 letters, digits, blanks, ".", "_" or "-"`,
    );
  const namesake = ledger.index.byName(request.name);
  if (namesake !== undefined && namesake.id !== request.id)
    throw new ColonyError(
      "agent.name_taken",
      `there is already an agent named "${request.name}"; choose another name`,
    );
}

/** Spawns a worker in one commit, with its conversation if it has one; a second spawn of the same id gives the first one back. */
export async function spawn(rules: SpawnRules, request: SpawnRequest): Promise<AgentRecord> {
  const { ledger, roster } = rules;
  const existing = ledger.index.get(request.id);
  if (existing !== undefined) return existing;
  checkSpawn(rules, request);
  const { name, definition } = roster.worker(request.definition);
  const { seed, correlationId } = request;
  const commands: AgentCommand[] = [
    {
      type: "agent.spawn",
      hold: seed !== undefined,
      ...(correlationId === undefined ? {} : { correlationId }),
      data: {
        kind: "worker",
        lifetime: definition.lifetime,
        parentId: request.parentId,
        depth: request.depth,
        definitionId: name,
        name: request.name,
        label: request.label,
        task: request.task,
        batch: request.batch,
        priority: request.priority,
        limits: definition.limits,
        ...budgetFor(ledger, { ...request, definition }),
        reportSchema: definition.reportSchema,
        ...(request.callId === undefined ? {} : { callId: request.callId }),
      },
    },
  ];
  if (seed !== undefined)
    commands.push(
      { type: "agent.seed", ...seed },
      { type: "execution.queue", correlationId: correlationId ?? null },
    );
  const outcome = await ledger.execute(request.id, commands);
  const record = ledger.index.get(request.id);
  if (record !== undefined) return record;
  throw outcome.ok
    ? new ColonyError("spawn.refused", `worker "${request.id}" was not recorded`)
    : ColonyError.from(outcome.refusal);
}
