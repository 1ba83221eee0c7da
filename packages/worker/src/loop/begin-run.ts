import type { AgentId, AgentState } from "@colony/core";
import type { ToldThen } from "../prompt/told-at-start.ts";
import { endCrashed } from "./end-crashed.ts";
import { Run } from "./run.ts";
import type { RunHost } from "./run-parts.ts";

/**
 * Takes an agent's queued or interrupted execution to its end, or to where the signal says that the process is to stop.
 * Nothing is done for one whose definition is not here. Never rejects.
 */
export function beginRun(host: RunHost, agentId: AgentId, signal: AbortSignal): Promise<void> {
  const state = host.deps.ledger.peek(agentId);
  const { status } = state?.record.execution ?? {};
  return state !== undefined && (status === "running" || status === "input_required")
    ? takeUp(host, state, signal)
    : begin(host, agentId, { signal });
}

/** What an earlier host has begun goes on with what it was told then. */
async function takeUp(host: RunHost, state: AgentState, signal: AbortSignal): Promise<void> {
  const told = await host.deps.told?.of(state);
  if (!signal.aborted) await begin(host, state.record.id, { signal, told });
}

interface Beginning {
  readonly signal: AbortSignal;
  /** What it was told at its start, where that is something else than it would be told now. */
  readonly told?: ToldThen | undefined;
}

function begin(host: RunHost, agentId: AgentId, beginning: Beginning): Promise<void> {
  try {
    return runOf(host, agentId, beginning)?.go() ?? Promise.resolve();
  } catch (error) {
    return endCrashed(host.deps, { agentId, claim: undefined, error });
  }
}

function runOf(host: RunHost, agentId: AgentId, { signal, told }: Beginning): Run | undefined {
  const { ledger, logger, definitionOf } = host.deps;
  const state = ledger.peek(agentId);
  if (state === undefined) return undefined;
  const { record } = state;
  const installed = definitionOf(record);
  const { instructions, system }: { readonly instructions?: string; readonly system?: string } = told ?? {};
  const definition =
    installed === undefined || instructions === undefined ? installed : { ...installed, instructions };
  if (definition !== undefined) return new Run(host, { record, definition, signal, system });
  logger.warn(
    { agentId, definition: record.definitionId },
    "agent waits: its definition is not there; it goes on when a colony with it is opened",
  );
  return undefined;
}
