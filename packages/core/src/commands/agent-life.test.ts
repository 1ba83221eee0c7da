import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { CLOSED_WORDS, STOPPED_WORDS } from "../messages/stopped.ts";
import { dispositionOf } from "../plan/disposition.ts";
import { snapshotOf } from "../views/agent-snapshot.ts";
import { statusWord } from "../views/status.ts";

const persistent = (): GivenAgent => givenAgent({ lifetime: "persistent" });
const finished = (agent: GivenAgent): GivenAgent => agent.started().asked().answered("done").endedAsAsked();
const close = { type: "agent.close", cause: "closed", keepsInbox: true } as const;
const cancelAndClose = {
  type: "execution.cancel",
  cause: "closed",
  by: "user",
  reason: null,
  close: true,
  keepsInbox: true,
} as const;
const stop = { type: "execution.cancel", cause: "user", by: "user", reason: null, close: true } as const;
const reopen = { type: "agent.reopen", by: "user" } as const;
const dismiss = { type: "agent.dismiss", by: "user" } as const;
const remove = { type: "agent.remove", by: "user" } as const;

/** Types of the events that a part of a test has made. */
function made(agent: GivenAgent, act: () => unknown): readonly string[] {
  const before = agent.types.length;
  act();
  return agent.types.slice(before);
}

describe("closing", () => {
  it("keeps what waits for a persistent agent, and discards what waits for an ephemeral one", () => {
    const idle = finished(persistent()).input("later");
    expect(made(idle, () => idle.when(close))).toEqual(["AGENT_CLOSED"]);
    expect(idle.state.inbox).toHaveLength(1);
    const never = givenAgent({ task: null }).input("later");
    expect(made(never, () => never.when(close))).toEqual(["INPUT_DISCARDED", "AGENT_CLOSED"]);
  });

  it("of what is at work stands in the commit of its end, with the queue kept", () => {
    const agent = persistent().started().asked().input("later").when(cancelAndClose);
    expect(made(agent, () => agent.endedAsAsked())).toEqual([
      "MODEL_CALL_FAILED",
      "EXECUTION_CANCELLED",
      "SUBAGENT_REPORT",
      "AGENT_CLOSED",
    ]);
    expect(agent.events.at(-1)).toMatchObject({ data: { cause: "closed", keepsInbox: true } });
    expect(agent.report).toMatchObject({ status: "cancelled", cause: "closed" });
    expect(agent.state.inbox).toHaveLength(1);
    expect(dispositionOf(agent.state)).toEqual({ do: "nothing" });
  });

  it("of what waits for a place is one commit", () => {
    const agent = persistent().input("later");
    expect(made(agent, () => agent.when(cancelAndClose))).toEqual([
      "CANCEL_REQUESTED",
      "EXECUTION_CANCELLED",
      "SUBAGENT_REPORT",
      "AGENT_CLOSED",
    ]);
    expect(agent.state.inbox).toHaveLength(1);
  });

  it("comes before a stop, which keeps nothing; and behind one it keeps nothing either", () => {
    const first = persistent().started().asked().input("later").when(cancelAndClose).when(stop);
    expect(first.when(cancelAndClose).endedAsAsked().state.inbox).toEqual([]);
    const second = persistent().started().asked().input("later").when(stop).when(cancelAndClose);
    expect(second.endedAsAsked().state.inbox).toEqual([]);
    const late = finished(persistent()).input("later").when(close);
    expect(made(late, () => late.when({ type: "agent.close", cause: "user" }))).toEqual(["INPUT_DISCARDED"]);
  });

  it("after a cancel that was asked for first keeps that one's reason", () => {
    const agent = persistent().started().asked();
    agent
      .when({ ...stop, close: undefined, reason: "wrong folder" })
      .when(cancelAndClose)
      .endedAsAsked();
    expect(agent.report).toMatchObject({ cause: "user", error: { message: "wrong folder" } });
    expect(agent.state.record.status).toBe("closed");
  });

  it("is not for an overseer", () => {
    const overseer = givenAgent({ kind: "overseer" });
    for (const command of [close, dismiss, remove])
      expect(overseer.tried([command])).toBe("agent.not_a_worker");
    expect(overseer.types).toEqual(["AGENT_SPAWNED"]);
  });
});

describe("opening again", () => {
  it("goes on with what was kept", () => {
    const agent = finished(persistent()).input("later").when(close);
    expect(made(agent, () => agent.when(reopen))).toEqual(["AGENT_REOPENED"]);
    expect(agent.state.record).toMatchObject({ status: "open", closedAt: null });
    expect(dispositionOf(agent.state)).toMatchObject({ do: "queue" });
  });

  it("says once of what was cut off that it is not to begin again", () => {
    const agent = persistent().started().asked().when(cancelAndClose).endedAsAsked();
    agent.when(reopen).when(close).when(reopen);
    const told = agent.state.conversation.flatMap((entry) => (entry.role === "user" ? [entry.text] : []));
    expect(told.filter((text) => text === CLOSED_WORDS)).toHaveLength(1);
    const stopped = persistent().started().asked();
    stopped
      .when({ ...stop, close: undefined })
      .endedAsAsked()
      .when(close);
    expect(made(stopped, () => stopped.when(reopen))).toEqual(["AGENT_REOPENED"]);
    expect(stopped.state.conversation.at(-1)).toMatchObject({ text: STOPPED_WORDS });
  });

  it("says nothing of what made way for an input, or never began", () => {
    const superseded = persistent().started().asked().input("now", "interrupt").endedAsAsked().when(close);
    expect(made(superseded, () => superseded.when(reopen))).toEqual(["AGENT_REOPENED"]);
    const queued = persistent().when(cancelAndClose);
    expect(made(queued, () => queued.when(reopen))).toEqual(["AGENT_REOPENED"]);
  });

  it("changes nothing of one that is open, and is not for one that has done its one task", () => {
    const open = finished(persistent());
    expect(made(open, () => open.when(reopen))).toEqual([]);
    expect(finished(givenAgent()).tried([reopen])).toBe("agent.not_persistent");
  });
});

describe("leaving out of lists", () => {
  it("is once, at any time, and changes nothing else", () => {
    const agent = persistent().started().asked();
    const before = agent.state.record;
    expect(made(agent, () => agent.when(dismiss).when(dismiss))).toEqual(["AGENT_DISMISSED"]);
    const { version, updatedAt } = agent.state.record;
    expect(agent.state.record).toEqual({ ...before, version, updatedAt, dismissed: true });
  });

  it("for good is for closed ones, says what becomes of the mail, and is the end of everything", () => {
    const agent = finished(persistent()).input("later");
    expect(agent.tried([remove])).toBe("agent.not_closed");
    agent.when(close);
    expect(made(agent, () => agent.when(remove).when(remove))).toEqual(["INPUT_DISCARDED", "AGENT_REMOVED"]);
    expect(statusWord(agent.state.record)).toBe("removed");
    expect(agent.tried([reopen])).toBe("agent.not_found");
    expect(agent.tried([dismiss])).toBe("agent.not_found");
  });
});

describe("a snapshot", () => {
  it("has the newest thing that it was given, of which reports and the runtime's words are none", () => {
    const agent = persistent().started().asked().answered("one").endedAsAsked();
    expect(snapshotOf(agent.state).lastInput).toBe("do it");
    agent.when(close).when(reopen).input("two").when({ type: "execution.queue", correlationId: null });
    expect(snapshotOf(agent.state)).toMatchObject({ lastInput: "do it", queuedPreview: "two" });
    agent.started().asked().when(cancelAndClose).endedAsAsked().when(reopen);
    expect(snapshotOf(agent.state)).toMatchObject({ lastInput: "two", lastOutput: "one" });
  });

  it("shows what is to come first, before what came first", () => {
    const agent = finished(persistent()).input("a").input("b", "interrupt").when(close);
    expect(snapshotOf(agent.state)).toMatchObject({ queueSize: 2, queuedPreview: "b" });
  });

  it("adds up what the run under way has used to what was used before", () => {
    const agent = persistent().started().asked().answered("one", [], { inputTokens: 5, outputTokens: 5 });
    agent
      .endedAsAsked()
      .input("two")
      .when({ type: "execution.queue", correlationId: null })
      .started()
      .asked();
    agent.answered("two", [{ id: "a" }], { inputTokens: 7, outputTokens: 1 });
    expect(snapshotOf(agent.state).usage).toMatchObject({ inputTokens: 12, outputTokens: 6, modelCalls: 2 });
  });
});
