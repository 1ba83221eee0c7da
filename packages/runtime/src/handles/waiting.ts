import { snapshotOf, type AgentId, type AgentSnapshot } from "@colony/core";
import { waitForAgents } from "@colony/overseer";
import type { Parts } from "../parts.ts";
import { requireTargets, requireWaitForAgents } from "./given.ts";
import { recordOf } from "./targets.ts";

/** Whom to wait for: a handle, or an id or a name. */
export type WaitTarget = string | { readonly id: AgentId };

/** How long to wait for agents, and for which of them. */
export interface WaitForAgentsOptions {
  /** Milliseconds from 0, which looks without waiting; infinite waits without end. Default 30,000. */
  readonly timeoutMs?: number;
  /** `all` (default): until none of them has work left; `any`: until one of them has none. */
  readonly until?: "all" | "any";
  readonly signal?: AbortSignal;
}

/** Each target in exactly one of the two, in the order of the targets; what was named twice is there twice. */
export interface WaitedForAgents {
  /** Those with nothing left to do: idle with an empty inbox, or closed. Whether it went well is in their `lastOutcome`. */
  readonly completed: readonly AgentSnapshot[];
  readonly pending: readonly AgentSnapshot[];
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** Waits for agents. None is waited for where one of them is not there. */
export async function waitForTargets(
  parts: Parts,
  targets: readonly WaitTarget[],
  options: WaitForAgentsOptions,
): Promise<WaitedForAgents> {
  requireTargets(targets);
  requireWaitForAgents(options);
  const { timeoutMs = DEFAULT_TIMEOUT_MS, until = "all", signal } = options;
  const ids = targets.map((target) =>
    typeof target === "string"
      ? recordOf(parts.ledger.index.find(target), target).id
      : recordOf(parts.ledger.index.get(target.id), target.id).id,
  );
  const { completed, pending } = await waitForAgents(parts, ids, { timeoutMs, until, signal });
  return { completed: completed.map(snapshotOf), pending: pending.map(snapshotOf) };
}
