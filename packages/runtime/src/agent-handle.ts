import {
  ColonyError,
  correlationId,
  inputId,
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
import { isStorageFault } from "@colony/eventbus";
import { PERSON, cancelAll, stopAll, stopTree, subtree, waitForReports } from "@colony/overseer";
import type { AgentHandle, InjectOptions, Receipt, SeedOutcome, SeedSource } from "./colony.ts";
import { requireCall, requireInput } from "./call-options.ts";
import type { Parts } from "./parts.ts";
import { createReceipt } from "./receipt.ts";
import { readSource } from "./seed-source.ts";

/** Makes the handle of one agent. */
export function createAgentHandle(parts: Parts, id: AgentId): AgentHandle {
  return new Handle(parts, id);
}

/** Holds nothing but the id: what it tells is what the ledger knows. */
class Handle implements AgentHandle {
  readonly #parts: Parts;
  readonly id: AgentId;

  constructor(parts: Parts, id: AgentId) {
    this.#parts = parts;
    this.id = id;
  }

  get record(): AgentRecord {
    return this.#found(this.#parts.ledger.index.get(this.id));
  }

  async state(): Promise<AgentState> {
    this.#parts.mustBeOpen();
    return this.#found(await this.#parts.ledger.load(this.id));
  }

  async inject(text: string, options: InjectOptions = {}): Promise<Receipt> {
    requireInput(text, options);
    return await inject(this.#parts, this.record, { text, ...options });
  }

  async cancel(options: { readonly reason?: string } = {}): Promise<void> {
    requireCall("cancel", options);
    const { reason } = options;
    this.#parts.mustBeOpen();
    const { id } = this.record;
    const stopped = await withProcesses(this.#parts, [id], () =>
      cancelAll(this.#parts, [id], { cause: "user", by: PERSON, reason: reason ?? null }),
    );
    if (stopped.length === 0)
      throw new ColonyError("execution.ended", `agent "${id}" is not at work; there is nothing to cancel`);
  }

  async stop(options: { readonly reason?: string } = {}): Promise<readonly AgentId[]> {
    requireCall("stop", options);
    const { reason } = options;
    this.#parts.mustBeOpen();
    const { id, record } = this;
    if (record.kind === "overseer") return await stopColony(this.#parts, reason ?? null);
    return await withProcesses(this.#parts, subtree(this.#parts.ledger, id), () =>
      stopTree(this.#parts, id, { cause: "user", by: PERSON, reason: reason ?? null }),
    );
  }

  async report(options: Parameters<AgentHandle["report"]>[0] = {}): Promise<Report | undefined> {
    requireCall("report", options);
    return await report(this.#parts, this.id, options);
  }

  async seed(source: SeedSource): Promise<SeedOutcome> {
    return await seed(this.#parts, this.id, source);
  }

  async conversation(): Promise<readonly Message[]> {
    return messagesOf((await this.state()).conversation);
  }

  #found<What>(found: What | undefined): What {
    if (found !== undefined) return found;
    throw new ColonyError("agent.not_found", `there is no agent "${this.id}" in this colony`);
  }
}

/** Makes an input durable. A person's word also lifts a person's stop: the supervisor sees to that. */
export async function inject(
  parts: Parts,
  { id, kind }: Pick<AgentRecord, "id" | "kind">,
  { text, mode, idempotencyKey, files }: InjectOptions & { readonly text: string },
): Promise<Receipt> {
  parts.mustBeOpen();
  const { ledger, bus, ids, supervisor, stories } = parts;
  // What is said after a stop is stored after it.
  if (supervisor.stops.areLeft) await supervisor.stops.settle();
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
  const followed = stories.follow({ agentId: id, inputId: newId });
  let isNew = false;
  try {
    const recording = ledger.require(id, [command]);
    // Once all that is said in this turn has been said: what is said later interrupts, or waits.
    queueMicrotask(() => supervisor.anticipate(id));
    const { events, state } = await recording;
    isNew = events.length > 0;
    const received = await receivedAs(parts, id, { event: events.at(-1), key: idempotencyKey, state });
    const receipt = createReceipt(parts, {
      agentId: id,
      inputId: received.inputId,
      correlationId: correlationId(received.inputId),
      after: Math.min(after, received.seq - 1),
      seq: received.seq,
      ...(isNew ? { followed } : {}),
    });
    return { ...receipt, withdraw: (options) => withdraw(parts, receipt, options) };
  } finally {
    if (!isNew) stories.drop(followed);
  }
}

async function withdraw(
  { ledger, mustBeOpen }: Parts,
  { agentId, inputId: id }: Pick<Receipt, "agentId" | "inputId">,
  options: { readonly reason?: string } = {},
): Promise<boolean> {
  requireCall("withdraw", options);
  mustBeOpen();
  const reason = options.reason ?? "taken back by a person";
  const { events } = await ledger.require(agentId, [{ type: "input.discard", inputId: id, reason }]);
  return events.length > 0;
}

/** The input that was received, now or before under the same key. */
async function receivedAs(
  { received }: Parts,
  agentId: AgentId,
  {
    event,
    key,
    state,
  }: {
    readonly event: ColonyEvent | undefined;
    readonly key: string | undefined;
    readonly state: AgentState | undefined;
  },
): Promise<{ readonly inputId: InputId; readonly seq: number }> {
  if (event?.type === "INPUT_RECEIVED") return { inputId: event.data.inputId, seq: event.seq };
  const id = state?.keys[`k:${key ?? ""}`]?.inputId;
  const seq = id === undefined ? undefined : await received.seqOf(agentId, id);
  if (id !== undefined && seq !== undefined) return { inputId: id, seq };
  throw new ColonyError("input.invalid", "the input was not recorded");
}

/** Stops everything that is at work, and starts nothing until a person says something again. */
export async function stopColony(parts: Parts, reason: string | null): Promise<readonly AgentId[]> {
  parts.mustBeOpen();
  return await withProcesses(parts, [...parts.ledger.index.open()], () => stopAll(parts, reason));
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
  try {
    const stopped = await stop();
    await processes.end(executions);
    return stopped;
  } catch (error) {
    // Their ends cannot be recorded yet, and they end all the same.
    if (isStorageFault(error)) void processes.end(executions);
    throw error;
  }
}

async function report(
  parts: Parts,
  id: AgentId,
  {
    timeoutMs = Number.POSITIVE_INFINITY,
    signal = new AbortController().signal,
  }: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
): Promise<Report | undefined> {
  parts.mustBeOpen();
  const { reports } = await waitForReports(parts, [id], { timeoutMs, signal });
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
