import {
  ColonyError,
  type AgentCommand,
  type AgentId,
  type AgentRecord,
  type BatchPlace,
  type Budget,
  type CallId,
  type CorrelationId,
  type EventData,
  type Message,
  type PromptProfile,
  type SeedProblem,
} from "@colony/core";
import type { Ledger, Outcome } from "@colony/eventbus";
import type { PriceOf, ToolSet } from "@colony/worker";
import { AUTO_NAME } from "./names/alias.ts";
import { checkName, namesFor } from "./names/worker-name.ts";
import type { Roster } from "./roster.ts";
import { budgetFor, checkBudget, checkDepth } from "./spawn-budget.ts";
import { checkRights, rightsFor } from "./spawn-rights.ts";

/** A worker to be. */
export interface SpawnRequest {
  readonly id: AgentId;
  readonly parentId: AgentId | null;
  readonly depth: number;
  readonly definition: string | undefined;
  readonly task: string;
  /** `auto`: one that follows from the id. */
  readonly name: string | null;
  readonly label: string | null;
  readonly priority: number;
  readonly batch: BatchPlace | null;
  readonly correlationId: CorrelationId | undefined;
  readonly callId?: CallId;
  /** What it and everything below it may spend; within what its definition and those above it may. */
  readonly budget?: Budget | undefined;
  /** Narrows the tools that its definition gives it. */
  readonly toolSet?: ToolSet | undefined;
  /** How much it is told before its task; default: what its definition says. */
  readonly profile?: PromptProfile | undefined;
  /** Whose it is; absent: nobody's in particular. */
  readonly owner?: string | undefined;
  /** A person is to be told elsewhere when it has ended. */
  readonly notify?: boolean | undefined;
  readonly seed?:
    | {
        readonly source: string;
        readonly messages: readonly Message[];
        readonly problems: readonly SeedProblem[];
      }
    | undefined;
}

/** What is recorded of a worker while it is put together. */
type Spawned = { -readonly [name in keyof EventData<"AGENT_SPAWNED">]: EventData<"AGENT_SPAWNED">[name] };

/** What spawning asks of the colony. */
export interface SpawnRules {
  readonly ledger: Ledger;
  readonly roster: Roster;
  readonly maxDepth: number;
  readonly priceOf: PriceOf;
}

/** Why a worker may not be spawned; throws before anything is written. */
export function checkSpawn(rules: SpawnRules, request: SpawnRequest): void {
  const { ledger, roster } = rules;
  const { definition } = roster.worker(request.definition);
  checkBudget(rules, request, definition);
  checkRights(rules, request, definition);
  if (request.task.trim() === "")
    throw new ColonyError("spawn.refused", "the task is empty; say what the worker is to do");
  checkDepth(rules, request);
  if (ledger.colony.blocks.length > 0)
    throw new ColonyError(
      "spawn.refused",
      `nothing is started while the colony is stopped (by ${ledger.colony.blocks.map(({ owner }) => owner).join(", ")}); the next message of a person starts it again`,
    );
  checkName(ledger, request);
}

/** Spawns a worker in one commit, with its conversation if it has one; a second spawn of the same id gives the first one back. */
export async function spawn(rules: SpawnRules, request: SpawnRequest): Promise<AgentRecord> {
  const { ledger } = rules;
  const existing = ledger.index.get(request.id);
  if (existing !== undefined) return existing;
  checkSpawn(rules, request);
  let outcome: Outcome | undefined;
  for (const alias of namesFor(ledger, request)) {
    outcome = await ledger.execute(request.id, spawning(rules, request, alias));
    const record = ledger.index.get(request.id);
    if (record !== undefined) return record;
    // One that is being spawned at this moment may have it first; then the next alias is tried.
    if (outcome.ok || outcome.refusal.code !== "agent.name_taken" || request.name !== AUTO_NAME) break;
  }
  throw outcome?.ok === false
    ? ColonyError.from(outcome.refusal)
    : new ColonyError("spawn.refused", `worker "${request.id}" was not recorded`);
}

function spawning(
  rules: SpawnRules,
  request: SpawnRequest,
  alias: AgentRecord["name"],
): readonly AgentCommand[] {
  const { seed, correlationId } = request;
  const data = spawnedAs(rules, request, alias);
  const hold = seed !== undefined;
  const spawn: AgentCommand =
    correlationId === undefined
      ? { type: "agent.spawn", hold, data }
      : { type: "agent.spawn", hold, correlationId, data };
  return seed === undefined ? [spawn] : [spawn, ...seeding(seed, correlationId)];
}

/** What is recorded of a worker. Of what most have nothing there is no word. */
function spawnedAs(
  rules: SpawnRules,
  request: SpawnRequest,
  alias: AgentRecord["name"],
): EventData<"AGENT_SPAWNED"> {
  const { name, definition } = rules.roster.worker(request.definition);
  const { callId, owner, notify } = request;
  const data: Spawned = {
    kind: "worker",
    lifetime: definition.lifetime,
    parentId: request.parentId,
    depth: request.depth,
    definitionId: name,
    name: alias,
    label: request.label,
    task: request.task,
    batch: request.batch,
    priority: request.priority,
    limits: definition.limits,
    reportSchema: definition.reportSchema,
  };
  const budget = budgetFor(rules.ledger, request, definition);
  if (budget !== undefined) data.budget = budget;
  const { denied, allowed, profile } = rightsFor(rules, request, definition);
  if (denied !== undefined) data.denied = denied;
  if (allowed !== undefined) data.allowed = allowed;
  if (profile !== undefined) data.profile = profile;
  if (callId !== undefined) data.callId = callId;
  if (owner !== undefined) data.owner = owner;
  if (notify === true) data.notify = true;
  return data;
}

function seeding(
  seed: NonNullable<SpawnRequest["seed"]>,
  correlationId: CorrelationId | undefined,
): readonly AgentCommand[] {
  return [
    { type: "agent.seed", ...seed },
    { type: "execution.queue", correlationId: correlationId ?? null },
  ];
}
