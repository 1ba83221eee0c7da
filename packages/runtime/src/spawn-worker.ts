import { ColonyError, agentId, type AgentRecord } from "@colony/core";
import { spawn } from "@colony/overseer";
import { requireSpawn } from "./call-options.ts";
import type { SpawnOptions } from "./colony.ts";
import { OVERSEER_ID } from "./overseer-id.ts";
import type { Parts } from "./parts.ts";
import { readSource } from "./seed-source.ts";

/** Starts a worker as a program asks for it. Whoever speaks through these parts owns it, else whose the colony is. */
export async function spawnWorker(
  parts: Parts,
  definition: string,
  options: SpawnOptions,
): Promise<AgentRecord> {
  const { ids, supervisor, ledger, principal } = parts;
  parts.mustBeOpen();
  requireSpawn(definition, options);
  if (options.notify === true && parts.notifies !== true)
    throw new ColonyError(
      "spawn.refused",
      "notify of spawn is true, and nobody would be told: this colony was opened without a notifier; give openColony({ notifier })",
    );
  const id = agentId(ids.next("w"));
  const conversation = options.seed === undefined ? undefined : await readSource(options.seed);
  await supervisor.stops.settle();
  await supervisor.lifted();
  parts.mustBeOpen();
  return await spawn(parts, {
    id,
    parentId: options.parent === "overseer" ? OVERSEER_ID : null,
    depth: 1,
    definition,
    task: options.task,
    name: options.name ?? null,
    label: options.label ?? null,
    priority: options.priority ?? 0,
    batch: null,
    correlationId: undefined,
    budget: options.budget,
    owner: principal?.id ?? ledger.colony.owner,
    notify: options.notify,
    toolSet: options.toolSet,
    profile: options.profile,
    ...(conversation === undefined ? {} : { seed: conversation }),
  });
}
