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

/** Why a worker may not be spawned; throws before anything is written. */
export function checkSpawn(rules: SpawnRules, request: SpawnRequest): void {
  const { ledger, roster } = rules;
  const whole = { ...request, ...roster.worker(request.definition) };
  checkBudget(rules, whole);
  checkRights(rules, whole);
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
  const { ledger, roster } = rules;
  const existing = ledger.index.get(request.id);
  if (existing !== undefined) return existing;
  checkSpawn(rules, request);
  const { name, definition } = roster.worker(request.definition);
  const { seed, correlationId } = request;
  const spawned = (alias: AgentRecord["name"]): readonly AgentCommand[] => [
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
        name: alias,
        label: request.label,
        task: request.task,
        batch: request.batch,
        priority: request.priority,
        limits: definition.limits,
        ...budgetFor(ledger, { ...request, definition }),
        ...rightsFor(rules, { ...request, definition }),
        reportSchema: definition.reportSchema,
        ...(request.callId === undefined ? {} : { callId: request.callId }),
        ...(request.owner === undefined ? {} : { owner: request.owner }),
        ...(request.notify === true ? { notify: true } : {}),
      },
    },
    ...(seed === undefined ? [] : seeding(seed, correlationId)),
  ];
  let outcome: Outcome | undefined;
  for (const alias of namesFor(ledger, request)) {
    outcome = await ledger.execute(request.id, spawned(alias));
    const record = ledger.index.get(request.id);
    if (record !== undefined) return record;
    // One that is being spawned at this moment may have it first; then the next alias is tried.
    if (outcome.ok || outcome.refusal.code !== "agent.name_taken" || request.name !== AUTO_NAME) break;
  }
  throw outcome?.ok === false
    ? ColonyError.from(outcome.refusal)
    : new ColonyError("spawn.refused", `worker "${request.id}" was not recorded`);
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
