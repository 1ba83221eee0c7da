import { ColonyError, type AgentId, type EventData, type PromptProfile } from "@colony/core";
import type { Ledger } from "@colony/eventbus";
import {
  allowedBy,
  names,
  profileProblem,
  requireKnown,
  requireReporting,
  type AgentDefinition,
  type ToolSet,
} from "@colony/worker";
import type { Roster } from "./roster.ts";

/** What a worker is to be spawned with, besides what its definition says. */
export interface AskedRights {
  /** Narrows what its definition gives it; it cannot widen that. */
  readonly toolSet?: ToolSet | undefined;
  /** How much it is told before its task; default: what its definition says. */
  readonly profile?: PromptProfile | undefined;
}

type Rights = Pick<EventData<"AGENT_SPAWNED">, "denied" | "allowed" | "profile">;

interface Place {
  readonly ledger: Ledger;
  readonly roster: Roster;
}

const NO_RIGHTS: Rights = {};

/** What is recorded of a worker's tools and profile: what its parent may not have, it may not, nor what it spawns in turn. */
export function rightsFor(
  place: Place,
  asked: AskedRights & { readonly parentId: AgentId | null },
  definition: AgentDefinition,
): Rights {
  const { parentId, toolSet } = asked;
  const { profile = definition.profile } = asked;
  const inherited = deniedTo(place, parentId);
  if (inherited.length === 0 && toolSet === undefined && profile === undefined) return NO_RIGHTS;
  const denied = [...new Set([...inherited, ...(toolSet?.deny ?? [])])];
  const allowed = toolSet === undefined ? undefined : allowedBy(toolSet);
  return {
    ...(denied.length === 0 ? {} : { denied }),
    ...(allowed === undefined ? {} : { allowed }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** What an agent may not have whatever its parent was; an agent that is gone denies nothing. */
function deniedTo({ ledger, roster }: Place, id: AgentId | null): readonly string[] {
  const record = id === null ? undefined : ledger.index.get(id);
  if (record === undefined) return [];
  return [...(record.denied ?? []), ...(roster.of(record)?.toolSet?.deny ?? [])];
}

/** Throws `spawn.refused` for tools that there are not or that its definition does not give, and for an unknown profile. */
export function checkRights(
  { roster }: Pick<Place, "roster">,
  { toolSet, profile }: AskedRights,
  definition: AgentDefinition,
): void {
  const odd = profile === undefined ? undefined : profileProblem(profile, "profile");
  if (odd !== undefined) throw new ColonyError("spawn.refused", odd);
  if (toolSet === undefined) return;
  requireReporting(toolSet, "toolSet", "spawn.refused");
  requireKnown(toolSet, roster.tools, { where: "toolSet", code: "spawn.refused" });
  const own = roster.toolsOf(definition);
  const wider = (allowedBy(toolSet) ?? []).find((entry) => !own.some((tool) => names([entry], tool)));
  if (wider !== undefined)
    throw new ColonyError(
      "spawn.refused",
      `toolSet allows "${wider}", which the worker's definition does not give it; a spawn can only narrow what there is`,
    );
}
