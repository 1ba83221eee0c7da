import {
  ColonyError,
  correlationId,
  inputId,
  mendConversation,
  messagesOf,
  type AgentCommand,
  type AgentId,
  type AgentRecord,
  type AgentState,
  type ColonyEvent,
  type InputId,
  type Message,
  type Report,
} from "@colony/core";
import { PERSON, cancelAll, stopTree, subtree, waitForReports } from "@colony/overseer";
import type { AgentHandle, InjectOptions, Receipt, SeedOutcome, SeedSource } from "./colony.ts";
import { readSeed } from "./conversation/read-seed.ts";
import type { Parts } from "./parts.ts";
import { createReceipt } from "./receipt.ts";

/** The handle of one agent. It holds nothing but the id: what it tells is what the ledger knows. */
export function createAgentHandle(parts: Parts, id: AgentId): AgentHandle {
  const { ledger } = parts;
  const record = (): AgentRecord => {
    const found = ledger.index.get(id);
    if (found === undefined)
      throw new ColonyError("agent.not_found", `there is no agent "${id}" in this colony`);
    return found;
  };
  const state = async (): Promise<AgentState> => {
    parts.mustBeOpen();
    const found = await ledger.load(id);
    if (found === undefined)
      throw new ColonyError("agent.not_found", `there is no agent "${id}" in this colony`);
    return found;
  };
  return {
    id,
    get record() {
      return record();
    },
    state,
    inject: async (text, options = {}) => await inject(parts, record(), { text, ...options }),
    async cancel({ reason } = {}) {
      parts.mustBeOpen();
      record();
      const stopped = await withProcesses(parts, [id], () =>
        cancelAll(parts, [id], { cause: "user", by: PERSON, reason: reason ?? null }),
      );
      if (stopped.length === 0)
        throw new ColonyError("execution.ended", `agent "${id}" is not at work; there is nothing to cancel`);
    },
    async stop({ reason } = {}) {
      parts.mustBeOpen();
      const { kind } = record();
      if (kind === "overseer") return await stopColony(parts, reason ?? null);
      return await withProcesses(parts, subtree(ledger, id), () =>
        stopTree(parts, id, { cause: "user", by: PERSON, reason: reason ?? null }),
      );
    },
    report: async (options = {}) => await report(parts, id, options),
    seed: async (source) => await seed(parts, id, source),
    conversation: async (): Promise<readonly Message[]> => messagesOf((await state()).conversation),
  };
}

/** Makes an input durable. A person's word also lifts a person's stop: the supervisor sees to that. */
export async function inject(
  parts: Parts,
  { id, kind }: Pick<AgentRecord, "id" | "kind">,
  { text, mode, idempotencyKey, files }: InjectOptions & { readonly text: string },
): Promise<Receipt> {
  parts.mustBeOpen();
  const { ledger, bus, ids } = parts;
  const newId = inputId(ids.next("i"));
  const after = bus.stats().head;
  const command: AgentCommand = {
    type: "input.receive",
    inputId: newId,
    kind: kind === "overseer" ? "chat" : "correction",
    mode: mode ?? (kind === "overseer" ? "queue" : "steer"),
    from: PERSON,
    text,
    ...(files === undefined ? {} : { files }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
  const { events, state } = await ledger.require(id, [command]);
  const received =
    events.at(-1) ?? (await receivedBefore(parts, id, state?.keys[`k:${idempotencyKey ?? ""}`]?.inputId));
  if (received?.type !== "INPUT_RECEIVED")
    throw new ColonyError("input.invalid", "the input was not recorded");
  return createReceipt(parts, {
    agentId: id,
    inputId: received.data.inputId,
    correlationId: correlationId(received.data.inputId),
    after: Math.min(after, received.seq - 1),
    seq: received.seq,
  });
}

/** The event of an input that the agent had received already. */
async function receivedBefore(
  { bus }: Parts,
  agentId: AgentId,
  id: InputId | undefined,
): Promise<ColonyEvent | undefined> {
  const query = { agentId, types: ["INPUT_RECEIVED"] } as const;
  for await (const event of bus.feed({ until: bus.stats().head, query }))
    if (event.type === "INPUT_RECEIVED" && event.data.inputId === id) return event;
  return undefined;
}

/** Stops everything that is at work, and starts nothing until a person says something again. */
export async function stopColony(parts: Parts, reason: string | null): Promise<readonly AgentId[]> {
  parts.mustBeOpen();
  const { ledger } = parts;
  await ledger.executeColony({
    type: "dispatch.block",
    owner: PERSON,
    reason: reason ?? "stopped by a person",
  });
  const ids = [...ledger.index.open()];
  return await withProcesses(parts, ids, () => cancelAll(parts, ids, { cause: "user", by: PERSON, reason }));
}

/**
 * Stops, and resolves once the processes of what was at work are gone too. Their ends were not waited for when those of
 * the executions were recorded.
 */
async function withProcesses(
  { ledger, processes }: Parts,
  ids: readonly AgentId[],
  stop: () => Promise<readonly AgentId[]>,
): Promise<readonly AgentId[]> {
  const executions = new Set(ids.flatMap((id) => ledger.index.get(id)?.execution?.id ?? []));
  const stopped = await stop();
  await processes.end(executions);
  return stopped;
}

async function report(
  parts: Parts,
  id: AgentId,
  { timeoutMs, signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): Promise<Report | undefined> {
  parts.mustBeOpen();
  const { reports } = await waitForReports(parts, [id], {
    timeoutMs: timeoutMs ?? Number.POSITIVE_INFINITY,
    signal: signal ?? new AbortController().signal,
  });
  return reports[0]?.report;
}

/** Loads a conversation as one commit. What had to be left out or mended is said, and recorded with it. */
export async function seed(
  { ledger, mustBeOpen }: Parts,
  id: AgentId,
  source: SeedSource,
): Promise<SeedOutcome> {
  mustBeOpen();
  const read = await readSource(source);
  await ledger.require(id, [{ type: "agent.seed", ...read }]);
  return { messages: read.messages.length, problems: read.problems };
}

/** A conversation from wherever it is, mended so that a model accepts it. */
export async function readSource(source: SeedSource): Promise<Awaited<ReturnType<typeof readSeed>>> {
  if ("from" in source) return await readSeed(source.from);
  const items = source.messages.map((message, index) => ({ where: `message ${index + 1}`, message }));
  return { source: "messages", ...mendConversation(items) };
}
