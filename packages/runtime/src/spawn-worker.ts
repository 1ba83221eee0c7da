import { ColonyError, shownValue, agentId, loadedPart, type AgentId, type AgentRecord } from "@colony/core";
import { spawn, type SpawnRequest } from "@colony/overseer";
import { requireSpawn } from "./call-options.ts";
import type { SeedSource, SpawnOptions } from "./colony.ts";
import type { Seed } from "./conversation/read-seed.ts";
import { OVERSEER_ID } from "./overseer-id.ts";
import type { Parts } from "./parts.ts";

/**
 * Starts a worker as a program asks for it. Whoever speaks through these parts owns it, else whose the colony is. Throws at
 * once what is wrong with the call. No async function: thousands are started in a moment, mostly with nothing to wait for
 * before the commit.
 */
export function spawnWorker(parts: Parts, definition: string, options: SpawnOptions): Promise<AgentRecord> {
  parts.mustBeOpen();
  requireSpawn(definition, options);
  if (options.notify === true && parts.notifies !== true)
    throw new ColonyError(
      "spawn.refused",
      "notify of spawn is true, and nobody would be told: this colony was opened without a notifier; give openColony({ notifier })",
    );
  const asked = { id: newWorkerId(parts), definition, options };
  return options.seed === undefined && parts.supervisor.dispatch.isSettled
    ? spawn(parts, requestFor(parts, asked, undefined))
    : spawnLater(parts, asked);
}

/** An id that no worker has: with one that is taken the earlier worker would be given back, and this one's task be done by nobody. */
function newWorkerId({ ids, ledger }: Pick<Parts, "ids" | "ledger">): AgentId {
  const id = agentId(ids.next("w"));
  if (ledger.index.get(id) === undefined) return id;
  throw new ColonyError(
    "usage.invalid",
    `the id source has given ${shownValue(id)}, which is a worker of this colony already; give openColony one whose ids never come twice, also after it is opened again`,
  );
}

async function spawnLater(parts: Parts, asked: Asked): Promise<AgentRecord> {
  const { seed } = asked.options;
  const conversation = seed === undefined ? undefined : await seedOf(seed);
  await parts.supervisor.dispatch.settled();
  parts.mustBeOpen();
  return await spawn(parts, requestFor(parts, asked, conversation));
}

/** What a program asks for. */
interface Asked {
  readonly id: AgentId;
  readonly definition: string;
  readonly options: SpawnOptions;
}

function requestFor(
  { ledger, principal }: Parts,
  { id, definition, options }: Asked,
  seed: Seed | undefined,
): SpawnRequest {
  return {
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
    seed,
  };
}

async function seedOf(source: SeedSource): Promise<Seed> {
  const { readSource } = await loadedPart(import("./seed-source.ts"));
  return await readSource(source);
}
