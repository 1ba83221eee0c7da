import { messageOf, type AgentCommand, type AgentState } from "@colony/core";
import type { Effects } from "./effects.ts";
import type { Claim } from "./recorder.ts";
import type { RunParts } from "./run-parts.ts";

/** The run that lets go. */
interface LeavingRun {
  readonly claim: Claim | undefined;
  readonly effects: Effects;
  /** The agent's state while this run is what runs it. */
  readonly own: () => AgentState | undefined;
}

/**
 * The process is to stop: what runs may finish within the grace, and is recorded; nothing new begins. That it leaves is
 * recorded first, so that nobody is charged with a crash when it is killed meanwhile.
 */
export async function shutDown(parts: RunParts, { claim, effects, own }: LeavingRun): Promise<void> {
  const { deps, agentId } = parts;
  const said = effects.size > 0 ? pause(parts, claim, { outcomes: [], leaving: true }) : undefined;
  await new Promise<void>((resolve) => {
    const cancel = deps.clock.after(deps.shutdownGraceMs, resolve);
    void effects.settled().then(cancel).then(resolve);
  });
  await said;
  const state = own();
  if (state === undefined) return;
  const call = state.execution?.modelCall ?? null;
  if (call !== null) deps.drafts.leave(agentId, call.callId);
  const begins = new Set(["tool.start"]);
  const outcomes = effects.takeOutcomes().filter(({ type }) => !begins.has(type));
  await pause(parts, claim, { outcomes });
}

async function pause(
  { deps, agentId }: RunParts,
  claim: Claim | undefined,
  { outcomes, leaving }: { readonly outcomes: readonly AgentCommand[]; readonly leaving?: true },
): Promise<void> {
  const { ledger, logger } = deps;
  const command = { type: "execution.pause", reason: "shutdown", ...(leaving && { leaving }) } as const;
  try {
    await ledger.execute(agentId, [...outcomes, command], { ...claim });
  } catch (error) {
    logger.warn(
      { agentId, reason: messageOf(error) },
      "last outcomes not recorded, they are settled at the next start",
    );
  }
}
