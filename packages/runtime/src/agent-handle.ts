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
  type Message,
  type Report,
} from "@colony/core";
import { cancelAll, stopTree, waitForReports } from "@colony/overseer";
import type { AgentHandle, InjectOptions, Receipt, SeedOutcome, SeedSource } from "./colony.ts";
import { readSeed } from "./conversation/read-seed.ts";
import type { Parts } from "./parts.ts";
import { createReceipt } from "./receipt.ts";

/** Longest wait for a report where no time was given. */
const FOR_EVER = 2 ** 31 - 1;

/** The handle of one agent. It holds nothing but the id: what it tells is what the ledger knows. */
export function createAgentHandle(parts: Parts, id: AgentId): AgentHandle {
  const { ledger } = parts;
  const record = (): AgentRecord => {
    const found = ledger.index.get(id);
    if (found === undefined) throw new ColonyError("agent.not_found", `there is no agent "${id}" in this colony`);
    return found;
  };
  const state = async (): Promise<AgentState> => {
    const found = await ledger.load(id);
    if (found === undefined) throw new ColonyError("agent.not_found", `there is no agent "${id}" in this colony`);
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
      const stopped = await cancelAll(parts, [id], { cause: "user", by: "user", reason: reason ?? null });
      if (stopped.length === 0)
        throw new ColonyError("execution.ended", `agent "${id}" is not at work; there is nothing to cancel`);
    },
    stop: async ({ reason } = {}) => await stopTree(parts, id, { cause: "user", by: "user", reason: reason ?? null }),
    report: async (options = {}) => await report(parts, id, options),
    seed: async (source) => await seed(parts, id, source),
    conversation: async (): Promise<readonly Message[]> => messagesOf((await state()).conversation),
  };
}

/** Makes an input durable. A person's word also lifts a person's stop. */
export async function inject(
  parts: Parts,
  { id, kind }: Pick<AgentRecord, "id" | "kind">,
  { text, mode, idempotencyKey, files }: InjectOptions & { readonly text: string },
): Promise<Receipt> {
  const { ledger, bus, ids } = parts;
  const newId = inputId(ids.next("i"));
  const after = bus.stats().head;
  const command: AgentCommand = {
    type: "input.receive",
    inputId: newId,
    kind: kind === "overseer" ? "chat" : "correction",
    mode: mode ?? (kind === "overseer" ? "queue" : "steer"),
    from: "user",
    text,
    ...(files === undefined ? {} : { files }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
  const { events } = await ledger.require(id, [command]);
  if (kind === "overseer") await ledger.executeColony({ type: "dispatch.unblock", owner: "user" });
  const received = events.at(-1);
  if (received !== undefined)
    return createReceipt(parts, {
      agentId: id,
      inputId: newId,
      correlationId: correlationId(newId),
      after,
      seq: received.seq,
    });
  const first = (await ledger.load(id))?.keys[`k:${idempotencyKey ?? ""}`];
  if (first === undefined) throw new ColonyError("input.invalid", "the input was not recorded");
  return createReceipt(parts, {
    agentId: id,
    inputId: first.inputId,
    correlationId: correlationId(first.inputId),
    after: 0,
    seq: after,
  });
}

async function report(
  parts: Parts,
  id: AgentId,
  { timeoutMs = FOR_EVER, signal = new AbortController().signal }: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): Promise<Report | undefined> {
  const { reports } = await waitForReports(parts, [id], { timeoutMs, signal });
  return reports[0]?.report;
}

/** Loads a conversation as one commit. What had to be left out or mended is said, and recorded with it. */
export async function seed({ ledger }: Parts, id: AgentId, source: SeedSource): Promise<SeedOutcome> {
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
