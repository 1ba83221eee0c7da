import {
  callId,
  loadedPart,
  requestIdOf,
  snapshotOf,
  statusWord,
  type AgentCommand,
  type AgentId,
  type AgentRecord,
  type AgentSnapshot,
  type AgentState,
  type Message,
  type PendingRequest,
  type Report,
} from "@colony/core";
import { waitForAgents, waitForReports } from "@colony/overseer";
import type {
  AgentHandle,
  ApproveOptions,
  ClosedAgent,
  InjectOptions,
  Receipt,
  SeedOutcome,
  SeedSource,
} from "./colony.ts";
import type { OfCall } from "./agent-face.ts";
import { createRequestsFace } from "./requests/requests-face.ts";
import { allPending, type GivenAnswers } from "./requests/requests.ts";
import { speakerOf } from "./access/speaker.ts";
import { requireCall, requireInput, requireWord } from "./call-options.ts";
import { inject } from "./handles/receiving.ts";
import { cancel, close, stop } from "./handles/stopping.ts";
import { recordOf } from "./handles/targets.ts";
import type { Parts } from "./parts.ts";
import { keptConversation } from "./kept-conversation.ts";
import { unknownAgent } from "./unknown-agent.ts";

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
    return recordOf(this.#parts.ledger.index.get(this.id), this.id);
  }

  async state(): Promise<AgentState> {
    this.#parts.mustBeOpen();
    const state = await this.#parts.ledger.load(this.record.id);
    if (state !== undefined) return state;
    throw unknownAgent(this.id);
  }

  async inject(text: string, options: InjectOptions = {}): Promise<Receipt> {
    requireInput(text, options);
    return await inject(this.#parts, this.record, { text, ...options });
  }

  async send(text: string, options: InjectOptions = {}): Promise<Receipt> {
    requireInput(text, options, "send");
    return await inject(this.#parts, this.record, { text, ...options });
  }

  async wait(options: Parameters<AgentHandle["wait"]>[0] = {}): Promise<AgentSnapshot | undefined> {
    requireCall("wait", options);
    this.#parts.mustBeOpen();
    const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
    const [state] = (await waitForAgents(this.#parts, [this.record.id], { timeoutMs, signal, until: "all" }))
      .completed;
    return state === undefined ? undefined : this.#shown(state);
  }

  async snapshot(): Promise<AgentSnapshot> {
    return this.#shown(await this.state());
  }

  /** What an agent is told by its definition is known here. */
  #shown(state: AgentState): AgentSnapshot {
    const { profile } = this.#parts.roster.of(state.record) ?? {};
    return { ...snapshotOf(state), profile: state.record.profile ?? profile ?? "full" };
  }

  async cancel(options: { readonly reason?: string } = {}): Promise<void> {
    requireCall("cancel", options);
    this.#parts.mustBeOpen();
    await cancel(this.#parts, this.record.id, options.reason ?? null);
  }

  async stop(options: { readonly reason?: string } = {}): Promise<readonly AgentId[]> {
    requireCall("stop", options);
    this.#parts.mustBeOpen();
    return await stop(this.#parts, this.record, options.reason ?? null);
  }

  async close(options: { readonly reason?: string } = {}): Promise<ClosedAgent> {
    requireCall("close", options);
    this.#parts.mustBeOpen();
    const previousStatus = statusWord(this.record);
    const wasClosed = this.record.status === "closed";
    await close(this.#parts, this.id, options.reason ?? null);
    return { ...(await this.snapshot()), previousStatus, wasClosed };
  }

  async reopen(): Promise<AgentSnapshot> {
    await this.#ask({ type: "agent.reopen", by: speakerOf(this.#parts) });
    return await this.snapshot();
  }

  async dismiss(): Promise<void> {
    await this.#ask({ type: "agent.dismiss", by: speakerOf(this.#parts) });
  }

  async remove(): Promise<void> {
    await this.#ask({ type: "agent.remove", by: speakerOf(this.#parts) });
  }

  pending(): readonly PendingRequest[] {
    const { id } = this.record;
    return allPending(this.#parts, (agent) => agent.id === id);
  }

  async answer(answers: GivenAnswers, options: OfCall = {}): Promise<void> {
    requireCall("answer", options);
    await this.#requests.answer(this.#request(options), answers);
  }

  async approve(options: ApproveOptions & OfCall = {}): Promise<void> {
    requireWord("approve", options);
    const { call, ...how } = options;
    await this.#requests.approve(this.#request({ call }), how);
  }

  async deny(options: { readonly reason?: string } & OfCall = {}): Promise<void> {
    requireWord("deny", options);
    const { call, ...why } = options;
    await this.#requests.deny(this.#request({ call }), why);
  }

  get #requests(): ReturnType<typeof createRequestsFace> {
    return createRequestsFace(this.#parts, speakerOf(this.#parts));
  }

  #request({ call }: { readonly call?: string | undefined }): string {
    const { id } = this.record;
    return call === undefined ? id : requestIdOf(id, callId(call));
  }

  async report(options: Parameters<AgentHandle["report"]>[0] = {}): Promise<Report | undefined> {
    requireCall("report", options);
    this.#parts.mustBeOpen();
    const { timeoutMs = Number.POSITIVE_INFINITY, signal } = options;
    const { reports } = await waitForReports(this.#parts, [this.record.id], { timeoutMs, signal });
    return reports[0]?.report;
  }

  async seed(source: SeedSource): Promise<SeedOutcome> {
    this.#parts.mustBeOpen();
    return await seed(this.#parts, this.record.id, source);
  }

  async conversation(): Promise<readonly Message[]> {
    return keptConversation(await this.state());
  }

  /** What is said after a stop is stored after it. */
  async #ask(command: AgentCommand): Promise<void> {
    const { ledger, supervisor, mustBeOpen } = this.#parts;
    mustBeOpen();
    const { id } = this.record;
    if (supervisor.stops.areLeft) await supervisor.stops.settle();
    await ledger.require(id, [command]);
  }
}

/** Loads a conversation as one commit. What had to be left out or mended is said, and recorded with it. */
export async function seed(
  { ledger, mustBeOpen }: Parts,
  id: AgentId,
  source: SeedSource,
): Promise<SeedOutcome> {
  mustBeOpen();
  const { readSource } = await loadedPart(import("./seed-source.ts"));
  const read = await readSource(source);
  await ledger.require(id, [{ type: "agent.seed", ...read }]);
  return { messages: read.messages.length, problems: read.problems };
}
