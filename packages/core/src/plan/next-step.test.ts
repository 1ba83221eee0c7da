import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import type { AgentLimits } from "../events/agent.ts";
import { callId } from "../ids.ts";
import { NO_USAGE } from "../messages/usage.ts";
import { nextStep } from "./next-step.ts";

const WIDE: AgentLimits = {
  iterations: 50,
  toolCalls: 50,
  softWallMs: 1e9,
  hardWallMs: 1e9,
  parallelTools: 2,
};
const worker = (limits: Partial<AgentLimits> = {}) => givenAgent({ limits: { ...WIDE, ...limits } });
const atWork = (limits: Partial<AgentLimits> = {}) => worker(limits).started().asked();
const turn = (agent: GivenAgent, id: string, input: string = id) =>
  agent.answered("", [{ id, input }]).toolStarted(id).toolDone(id);

describe("the limits", () => {
  it("ask for a report after the model calls of the execution, and give two more turns for it", () => {
    const agent = turn(atWork({ iterations: 1 }), "a");
    expect(agent.next()).toEqual({ do: "wrap_up", limit: "iterations" });
    agent.when({ type: "execution.wrap_up", limit: "iterations" });
    expect(agent.next()).toEqual({ do: "think", deliver: [], toReport: true });
    turn(turn(agent.asked(), "b").asked(), "c");
    expect(agent.next()).toMatchObject({ do: "end", end: "failed", cause: "budget_exhausted" });
  });

  it("count tool calls", () => {
    const agent = atWork({ toolCalls: 2 }).answered("", [{ id: "a" }, { id: "b", input: 2 }]);
    agent.toolStarted("a").toolStarted("b").toolDone("b").toolDone("a");
    expect(agent.next()).toEqual({ do: "wrap_up", limit: "tool_calls" });
  });

  it("let an agent work that may make no tool calls at all", () => {
    expect(worker({ toolCalls: 0 }).started().next()).toMatchObject({ do: "think", toReport: false });
    expect(atWork({ toolCalls: 0 }).answered("done").next()).toMatchObject({ do: "end", end: "completed" });
    expect(turn(atWork({ toolCalls: 0 }), "a").next()).toEqual({ do: "wrap_up", limit: "tool_calls" });
  });

  it("of a budget are told by name at the end, and its word comes before a finished one", () => {
    const agent = atWork().answered("", [{ id: "a" }, { id: "b", input: 2 }]);
    agent.when(
      { type: "tool.start", calls: [{ callId: callId("a"), effect: "pure" }] },
      {
        type: "tool.complete",
        callId: callId("b"),
        result: { status: "error", output: "not made" },
        durationMs: 0,
      },
      { type: "execution.wrap_up", limit: "budget", reason: "the budget is 1 tool call" },
    );
    expect(agent.next()).toMatchObject({ do: "await_tools" });
    expect(agent.toolDone("a").next()).toEqual({ do: "think", deliver: [], toReport: true });
    expect(agent.asked().answered("so far").next()).toEqual({
      do: "end",
      end: "failed",
      cause: "budget_exhausted",
      error: { code: "budget.exhausted", message: "the budget is 1 tool call" },
    });
    expect(agent.endedAsAsked().report).toMatchObject({ status: "partial", cause: "budget_exhausted" });
  });

  it("of a budget that cut an answer off keep it from being a whole one, and the next answer is looked at afresh", () => {
    const cut = (agent: GivenAgent, parts: readonly object[]): GivenAgent =>
      agent
        .when({ type: "model.start", model: "m", reserved: { tokens: 9, usd: null, outputTokens: 7 } })
        .when({
          type: "model.complete",
          callId: agent.state.execution?.modelCall?.callId ?? callId("none"),
          message: { role: "assistant", parts: parts as never },
          finishReason: "length",
          usage: NO_USAGE,
          durationMs: 1,
          firstTokenMs: null,
        });
    expect(cut(worker().started(), [{ type: "text", text: "so f" }]).next()).toMatchObject({
      do: "end",
      end: "failed",
      cause: "budget_exhausted",
      error: { code: "budget.exhausted", message: expect.stringContaining("room for 7 tokens") as string },
    });
    const call = { type: "tool-call", callId: callId("a"), name: "look", input: {} };
    const agent = cut(worker().started(), [call]).toolStarted("a").toolDone("a").asked().answered("done");
    expect(agent.next()).toMatchObject({ do: "end", end: "completed" });
  });

  it("ask for a report after the soft time, before the next model call", () => {
    const agent = turn(atWork({ softWallMs: 60_000 }).wait(60_000), "a");
    expect(agent.next()).toEqual({ do: "wrap_up", limit: "wall" });
  });

  it("end the execution after the hard time, whatever is under way", () => {
    const late = { do: "end", end: "timed_out", cause: "timeout" };
    expect(atWork({ hardWallMs: 60_000 }).wait(60_000).next()).toMatchObject(late);
    const agent = atWork({ hardWallMs: 60_000 })
      .answered("", [{ id: "a" }])
      .toolStarted("a")
      .wait(60_000);
    expect(agent.next()).toMatchObject(late);
    expect(agent.endedAsAsked().types.slice(-4)).toEqual([
      "TOOL_OUTCOME_UNKNOWN",
      "EXECUTION_TIMED_OUT",
      "SUBAGENT_REPORT",
      "AGENT_CLOSED",
    ]);
  });

  it("say with the end of the time what the last tries had come to", () => {
    const agent = atWork({ hardWallMs: 60_000 })
      .failed("model.rate_limited", { retryAfterMs: 1e9 })
      .wait(60_000);
    const seconds = "the execution was at work for its 60 seconds";
    expect(agent.next()).toMatchObject({
      cause: "timeout",
      error: { message: `${seconds}; its last model call had failed: model.rate_limited it was` },
    });
    expect(
      turn(atWork({ hardWallMs: 60_000 }), "a")
        .wait(60_000)
        .next(),
    ).toMatchObject({
      error: { message: seconds },
    });
  });

  it("do not take a finished answer away", () => {
    const agent = atWork({ hardWallMs: 60_000 }).answered("done").wait(60_000);
    expect(agent.next()).toMatchObject({ do: "end", end: "completed" });
  });

  it("do not count time in which no host lived", () => {
    const agent = atWork({ softWallMs: 60_000, hardWallMs: 60_000 }).wait(10_000 - 10);
    turn(agent, "a");
    agent.wait(86_400_000).started();
    expect(agent.next()).toMatchObject({ do: "think" });
    expect(agent.next(agent.now + 49_000)).toMatchObject({ do: "think" });
    expect(agent.next(agent.now + 51_000)).toMatchObject({ do: "end", end: "timed_out" });
  });

  it("charge a lost execution only up to what it last got done", () => {
    const agent = atWork().wait(5_000);
    turn(agent, "a").wait(86_400_000).ended("lost", "host_lost");
    expect(agent.report.durationMs).toBeLessThan(6_000);
  });

  it("accept the report of a turn that was asked for one, as it stands", () => {
    const agent = turn(atWork({ iterations: 1 }), "a").when({
      type: "execution.wrap_up",
      limit: "iterations",
    });
    agent
      .asked()
      .answered("", [{ id: "r", name: "report" }])
      .toolStarted("r")
      .reported("partial", "half")
      .toolDone("r");
    expect(agent.next()).toEqual({ do: "end", end: "completed", cause: "finished", error: null });
  });

  it("are told once: asking again to wrap up grants no further turns", () => {
    const agent = turn(atWork({ iterations: 1 }), "a").when({
      type: "execution.wrap_up",
      limit: "iterations",
    });
    turn(agent.asked(), "b").when({ type: "execution.wrap_up", limit: "wall" });
    turn(agent.asked(), "c");
    expect(agent.next()).toMatchObject({ do: "end", cause: "budget_exhausted" });
    expect(agent.types.filter((type) => type === "EXECUTION_WRAP_UP_REQUESTED")).toHaveLength(1);
  });

  it("hold while inputs keep arriving", () => {
    const agent = turn(atWork({ iterations: 1 }), "a").when({
      type: "execution.wrap_up",
      limit: "iterations",
    });
    agent.asked().answered("one").input("more").asked().answered("two").input("and more");
    expect(agent.next()).toMatchObject({ do: "end", end: "failed", cause: "budget_exhausted" });
  });
});

describe("a call that is repeated", () => {
  it("is counted while it is the same running, and ends the execution at the sixth", () => {
    const agent = atWork();
    for (let n = 1; n <= 5; n += 1) turn(agent, `c${n}`, "same").asked();
    agent.answered("", [{ id: "c6", input: "same" }]);
    const repeats = agent.state.conversation.flatMap((entry) =>
      entry.role === "assistant" ? entry.calls.map((call) => call.repeats) : [],
    );
    expect(repeats).toEqual([1, 2, 3, 4, 5, 6]);
    expect(agent.next()).toMatchObject({ do: "end", end: "failed", cause: "repeated_calls" });
    expect(agent.endedAsAsked().state.conversation.at(-1)).toMatchObject({
      calls: [{ status: "done", result: { status: "cancelled" } }],
    });
  });

  it("is another one after a different call, and in the next execution", () => {
    const agent = atWork();
    turn(agent, "a", "same").asked();
    turn(agent, "b", "other").asked();
    turn(agent, "c", "same");
    expect(agent.state.conversation.at(-1)).toMatchObject({ calls: [{ repeats: 1 }] });
  });
});

describe("a model call that fails", () => {
  it("is tried again when its time has come, also after a restart", () => {
    const agent = atWork().failed("model.rate_limited", { retryAfterMs: 30_000 });
    const notBefore = agent.state.execution?.retryNotBefore ?? Number.NaN;
    expect(notBefore).toBeGreaterThanOrEqual(agent.now + 30_000);
    expect(notBefore).toBeLessThan(agent.now + 38_000);
    expect(agent.next()).toEqual({ do: "await_retry", notBefore });
    expect(agent.started().next()).toEqual({ do: "await_retry", notBefore });
    expect(agent.next(notBefore)).toMatchObject({ do: "think" });
  });

  it("ends the execution at once where its time will be over before it may be tried again, or asks another model", () => {
    const tired = () => atWork({ hardWallMs: 720_000 }).wait(500_000);
    const agent = tired().failed("model.rate_limited", { retryAfterMs: 220_000 });
    const step = agent.next();
    expect(step).toMatchObject({
      do: "end",
      end: "failed",
      cause: "error",
      error: { code: "model.rate_limited" },
    });
    expect(step.do === "end" && step.error?.message).toMatch(/again in 22\d seconds/u);
    expect(nextStep(agent.state, agent.now, { models: 2 })).toEqual({ do: "switch_model" });
    const inTime = tired().failed("model.rate_limited", { retryAfterMs: 211_000 });
    expect(inTime.next()).toMatchObject({ do: "await_retry" });
  });

  it("is tried again at once by a host whose clock is hours behind the one that recorded when", () => {
    const agent = atWork().failed("model.overloaded");
    expect(agent.next(agent.now - 3_600_000)).toMatchObject({ do: "think" });
    expect(agent.next(agent.now - 500_000)).not.toMatchObject({ do: "think" });
  });

  it("makes way for another model where it may be made again in more than 45 seconds only", () => {
    const agent = atWork().failed("model.rate_limited", { retryAfterMs: 60_000 });
    const notBefore = agent.state.execution?.retryNotBefore ?? Number.NaN;
    expect(nextStep(agent.state, agent.now, { models: 2 })).toEqual({ do: "switch_model" });
    expect(nextStep(agent.state, notBefore - 45_001, { models: 2 })).toEqual({ do: "switch_model" });
    expect(nextStep(agent.state, notBefore - 45_000, { models: 2 })).toMatchObject({ do: "await_retry" });
    expect(agent.next()).toMatchObject({ do: "await_retry" });
  });

  it.each([
    {
      what: "its time for work will be over by then",
      retryAfterMs: 40_000,
      workedMs: 560_000,
      next: "switch_model",
    },
    {
      what: "there is time for work left then",
      retryAfterMs: 25_000,
      workedMs: 560_000,
      next: "await_retry",
    },
    { what: "it has only to report anyway", retryAfterMs: 5_000, workedMs: 650_000, next: "await_retry" },
  ])("comes to $next with another model where $what", ({ retryAfterMs, workedMs, next }) => {
    const agent = atWork({ softWallMs: 600_000, hardWallMs: 720_000 }).wait(workedMs);
    agent.failed("model.rate_limited", { retryAfterMs });
    expect(nextStep(agent.state, agent.now, { models: 2 })).toMatchObject({ do: next });
    expect(agent.next()).toMatchObject({ do: "await_retry" });
  });

  it("ends the execution after five in a row, and an answer in between starts the count again", () => {
    const agent = atWork();
    for (let n = 1; n <= 4; n += 1) agent.failed("model.overloaded").wait(60_000).asked();
    turn(agent, "a").asked();
    for (let n = 1; n <= 4; n += 1) agent.failed("model.overloaded").wait(60_000).asked();
    agent.failed("model.overloaded");
    expect(agent.next()).toMatchObject({
      do: "end",
      end: "failed",
      cause: "error",
      error: { code: "model.overloaded" },
    });
  });

  it("ends it at once where another try cannot help", () => {
    const agent = atWork().failed("model.auth", { retryable: false });
    expect(agent.next()).toMatchObject({ do: "end", end: "failed", cause: "error" });
  });

  it("is asked afresh and costs no try where its host died", () => {
    const agent = atWork();
    for (let n = 1; n <= 2; n += 1) {
      agent.started();
      const call = callId(`w-1.1.m${n}`);
      expect(agent.next()).toEqual({ do: "lose_model_call", callId: call });
      agent.when({ type: "model.lose", callId: call });
      expect(agent.state.execution?.failures).toBe(0);
      agent.asked();
    }
    expect(agent.next()).toEqual({ do: "await_model", callId: "w-1.1.m3" });
  });

  it("is given up where the third host in a row dies in the middle of it, and of nothing else", () => {
    const agent = atWork();
    for (let n = 1; n <= 2; n += 1) {
      agent.started();
      agent.when({ type: "model.lose", callId: callId(`w-1.1.m${n}`) });
      agent.asked();
    }
    agent.when({ type: "execution.start", host: "host", alone: true });
    expect(agent.next()).toMatchObject({ do: "end", end: "failed", cause: "unrecoverable" });
  });

  it("charges nobody where the hosts let go of it in good order, however often", () => {
    const agent = atWork();
    for (let n = 1; n <= 10; n += 1) {
      agent.when({ type: "execution.pause", reason: "shutdown" });
      agent.started();
      expect(agent.next()).toMatchObject({ do: "lose_model_call" });
      agent.when({ type: "model.lose", callId: callId(`w-1.1.m${n}`) });
      agent.asked();
    }
    expect(agent.next()).toEqual({ do: "await_model", callId: "w-1.1.m11" });
  });
});

describe("tool calls after a restart", () => {
  it("begin where they had not, and are marked where they had", () => {
    const agent = atWork()
      .answered("", [{ id: "begun" }, { id: "not", input: 1 }])
      .toolStarted("begun", "once");
    expect(agent.next()).toMatchObject({ do: "run_tools", calls: [{ callId: "not", status: "requested" }] });
    agent.started();
    expect(agent.next()).toMatchObject({
      do: "run_tools",
      calls: [
        { callId: "begun", status: "interrupted" },
        { callId: "not", status: "requested" },
      ],
    });
  });

  it("leave calls of earlier executions alone", () => {
    const agent = givenAgent({ lifetime: "persistent" })
      .started()
      .asked()
      .answered("", [{ id: "a" }]);
    agent.toolStarted("a").ended("failed", "crash").input("again");
    agent.when({ type: "execution.queue", correlationId: null }).started().started();
    expect(agent.state.conversation[1]).toMatchObject({ calls: [{ callId: "a", status: "done" }] });
    expect(agent.next()).toMatchObject({ do: "think", deliver: ["in-1"] });
  });
});

describe("a cancel", () => {
  it.each<[string, (agent: GivenAgent) => GivenAgent]>([
    ["a model call", (agent) => agent],
    ["a finished answer", (agent) => agent.answered("done")],
    ["open calls", (agent) => agent.answered("", [{ id: "a" }]).toolStarted("a")],
    ["a wait for the next try", (agent) => agent.failed("model.overloaded")],
    ["a hard limit", (agent) => agent.wait(1e9)],
    ["a recorded report", (agent) => agent.reported("success", "done")],
    ["a waiting input", (agent) => agent.input("q").answered("done")],
    ["a restart", (agent) => agent.started()],
  ])("wins over %s", (_, before) => {
    const agent = before(atWork()).when({
      type: "execution.cancel",
      cause: "user",
      by: "user",
      reason: "enough",
    });
    const error = { code: "execution.cancelled", message: "enough" };
    expect(agent.next()).toEqual({ do: "end", end: "cancelled", cause: "user", error });
    const completed = { type: "execution.end", end: "completed", cause: "finished", error: null } as const;
    expect(agent.tried([completed])).toMatch(/^execution\.(cancelling|inputs_pending)$/);
    expect(agent.endedAsAsked().state.record.execution?.status).toBe("cancelled");
  });

  it("is kept over a restart and lets nothing new begin", () => {
    const agent = atWork().answered("", [{ id: "a" }]);
    agent.when({ type: "execution.cancel", cause: "user", by: "user", reason: null }).started();
    expect(agent.state.record.execution?.cancelling).toBe(true);
    expect(agent.tried([{ type: "tool.start", calls: [{ callId: callId("a"), effect: "pure" }] }])).toBe(
      "execution.cancelling",
    );
    expect(agent.tried([{ type: "model.start", model: "m" }])).toBe("execution.cancelling");
  });

  it("keeps the first that was asked for", () => {
    const agent = atWork().when({ type: "execution.cancel", cause: "user", by: "user", reason: "first" });
    agent.when({ type: "execution.cancel", cause: "parent", by: "overseer", reason: "second" });
    expect(agent.state.execution?.cancel).toEqual({ cause: "user", by: "user", reason: "first" });
  });
});

describe("an input that interrupts", () => {
  const persistent = () => givenAgent({ lifetime: "persistent", limits: WIDE }).started().asked();

  it("supersedes what a persistent agent is doing, and comes first in the next execution", () => {
    const agent = persistent()
      .answered("", [{ id: "a" }])
      .toolStarted("a", "pure")
      .input("q")
      .input("stop", "interrupt");
    expect(agent.next()).toEqual({ do: "end", end: "cancelled", cause: "superseded", error: null });
    agent.endedAsAsked().when({ type: "execution.queue", correlationId: null }).started();
    expect(agent.next()).toMatchObject({ do: "think", deliver: ["in-2"] });
  });

  it("does not take a finished answer away", () => {
    const agent = persistent().answered("done").input("and now", "interrupt");
    expect(agent.next()).toMatchObject({ do: "end", end: "completed" });
    expect(agent.endedAsAsked().state.inbox).toHaveLength(1);
  });
});

describe("a report", () => {
  it("is the end of the turn that it was made in, once the other calls of that turn have their outcomes", () => {
    const agent = atWork()
      .answered("", [{ id: "r", name: "report" }, { id: "x" }])
      .toolStarted("r")
      .toolStarted("x");
    agent.reported("success", "done").toolDone("r");
    expect(agent.next()).toMatchObject({ do: "await_tools", calls: [{ callId: "x" }] });
    expect(agent.toolDone("x").next()).toMatchObject({ do: "end", end: "completed" });
  });

  it("is not the end of a later turn, in which a correction is worked on", () => {
    const agent = atWork()
      .answered("", [{ id: "r", name: "report" }])
      .toolStarted("r")
      .reported("success", "first");
    agent.toolDone("r").input("look again", "steer").asked();
    turn(agent, "look");
    expect(agent.next()).toMatchObject({ do: "think" });
    agent
      .asked()
      .answered("", [{ id: "r2", name: "report" }])
      .toolStarted("r2")
      .reported("success", "second");
    expect(agent.toolDone("r2").endedAsAsked().report.summary).toBe("second");
  });
});

describe("an agent whose conversation ends with an answer of an earlier execution", () => {
  it("is not finished before it was asked", () => {
    const agent = givenAgent({ kind: "overseer" })
      .input("one")
      .when({ type: "execution.queue", correlationId: null });
    agent.started().asked().answered("1").endedAsAsked();
    agent.when({ type: "execution.queue", correlationId: null }).started();
    expect(agent.next()).toMatchObject({ do: "think" });
  });
});
