import {
  DEFAULT_WORKER_LIMITS,
  NO_USAGE,
  agentId,
  callId,
  inputId,
  type AgentCommand,
  type AgentId,
} from "@colony/core";
import { EventBus, Ledger, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { waitForAgents } from "./wait-for-agents.ts";
import { waitForReports } from "./wait-for-reports.ts";

const [overseer, a, b] = [agentId("overseer"), agentId("a"), agentId("b")];

const spawn = (id: AgentId): AgentCommand => ({
  type: "agent.spawn",
  data: {
    kind: id === overseer ? "overseer" : "worker",
    lifetime: "persistent",
    parentId: id === overseer ? null : overseer,
    depth: id === overseer ? 0 : 1,
    definitionId: "d",
    name: null,
    label: null,
    task: null,
    batch: null,
    priority: 0,
    limits: DEFAULT_WORKER_LIMITS,
    reportSchema: null,
  },
});
const say = (text: string, from = "user"): AgentCommand => ({
  type: "input.receive",
  inputId: inputId(text),
  kind: "chat",
  mode: "queue",
  from,
  text,
});
const begin = (text: string): readonly AgentCommand[] => [
  { type: "execution.queue", correlationId: null },
  { type: "execution.start", host: "h" },
  { type: "input.deliver", inputIds: [inputId(text)] },
];
const end: AgentCommand = { type: "execution.end", end: "completed", cause: "finished", error: null };
const close: AgentCommand = { type: "agent.close", cause: "closed", keepsInbox: true };
/** Asks its parent something. */
const ask: readonly AgentCommand[] = [
  { type: "model.start", model: "m" },
  {
    type: "model.complete",
    callId: callId("a.1.m1"),
    message: {
      role: "assistant",
      parts: [{ type: "tool-call", callId: callId("c"), name: "ask", input: {} }],
    },
    finishReason: "tool-calls",
    usage: NO_USAGE,
    durationMs: 1,
    firstTokenMs: null,
  },
  {
    type: "question.ask",
    callId: callId("c"),
    questions: [{ id: "q1", text: "?" }],
    to: overseer,
    expiresInMs: null,
  },
];

async function colony() {
  const log = createMemoryLog();
  const clock = createManualClock();
  const ledger = await Ledger.open({ log, snapshots: createMemorySnapshotStore(), clock });
  const bus = new EventBus({ log, clock });
  for (const id of [overseer, a, b]) await ledger.require(id, [spawn(id)]);
  const reportOf = async (id: AgentId) =>
    (await log.read({ agentId: id })).findLast((event) => event.type === "SUBAGENT_REPORT");
  const deps = { ledger, bus, clock, reportOf };
  return { deps, tell: (id: AgentId, ...commands: readonly AgentCommand[]) => ledger.require(id, commands) };
}

/** Whether it has come to an end, once everything has that waits for nothing. */
async function isOver(waiting: Promise<unknown>): Promise<boolean> {
  let over = false;
  void waiting.then(() => (over = true));
  await new Promise<void>((resolve) => void setImmediate(resolve));
  return over;
}

const LONG = { timeoutMs: 1_000_000 };

describe("waiting for agents", () => {
  it("is over when all of them are at rest together", async () => {
    const { deps, tell } = await colony();
    await tell(a, say("1"), ...begin("1"));
    await tell(b, say("2"), ...begin("2"));
    const waiting = waitForAgents(deps, [a, b], { ...LONG, until: "all" });
    await tell(a, end);
    await tell(a, say("3"), ...begin("3"));
    await tell(b, end);
    expect(await isOver(waiting)).toBe(false);
    await tell(a, end);
    expect((await waiting).completed).toHaveLength(2);
  });

  it.each<[string, AgentCommand]>([
    ["is closed, with what it keeps", close],
    ["has nothing in its inbox any more", { type: "input.discard", inputId: inputId("1"), reason: "r" }],
  ])("is over when the one that is waited for %s", async (_what, command) => {
    const { deps, tell } = await colony();
    await tell(a, say("1"));
    const waiting = waitForAgents(deps, [a], { ...LONG, until: "all" });
    expect(await isOver(waiting)).toBe(false);
    await tell(a, command);
    expect((await waiting).completed).toHaveLength(1);
    expect((await waitForAgents(deps, [a], { timeoutMs: 0, until: "all" })).completed).toHaveLength(1);
  });
});

describe("waiting for reports", () => {
  it("goes on where something is left to do after a report", async () => {
    const { deps, tell } = await colony();
    await tell(a, say("1"), ...begin("1"), say("2"));
    const waiting = waitForReports(deps, [a], LONG);
    await tell(a, end);
    expect(await isOver(waiting)).toBe(false);
    await tell(a, ...begin("2"), end);
    expect((await waiting).reports.map(({ report }) => report.workerId)).toEqual([a]);
  });

  it("gives no old report of one that is at work again", async () => {
    const { deps, tell } = await colony();
    await tell(a, say("1"), ...begin("1"), end);
    expect(await waitForReports(deps, [a], LONG)).toMatchObject({ laggards: [] });
    await tell(a, say("2"), ...begin("2"));
    expect(await waitForReports(deps, [a], { timeoutMs: 0 })).toMatchObject({ reports: [], laggards: [a] });
  });

  it("is over when one is closed that has not begun, and not before", async () => {
    const { deps, tell } = await colony();
    const waiting = waitForReports(deps, [a], LONG);
    expect(await isOver(waiting)).toBe(false);
    await tell(a, close);
    expect(await waiting).toMatchObject({ reports: [], laggards: [a] });
    expect(await waitForReports(deps, [a], LONG)).toMatchObject({ laggards: [a] });
  });

  it("is cut short by what a worker asks and what a person says to the one that waits, and by nothing else", async () => {
    const { deps, tell } = await colony();
    await tell(a, say("1"), ...begin("1"));
    const unless = { ...LONG, unlessAsked: overseer };
    const waiting = waitForReports(deps, [a], unless);
    await tell(overseer, say("2", "trigger:tick"));
    expect(await isOver(waiting)).toBe(false);
    await tell(a, ...ask);
    expect(await waiting).toMatchObject({ laggards: [a], asked: true });
    const { deps: others, tell: tellOthers } = await colony();
    await tellOthers(a, say("1"), ...begin("1"));
    const again = waitForReports(others, [a], unless);
    await tellOthers(overseer, say("2"));
    expect(await again).toMatchObject({ laggards: [a], asked: true });
  });
});
