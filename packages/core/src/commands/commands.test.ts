import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { callId, colonyId, agentId, executionIdOf, inputId } from "../ids.ts";
import { NO_USAGE } from "../messages/usage.ts";
import type { NewEvent } from "../events/envelope.ts";
import { activeMs } from "../plan/active-time.ts";
import { NEW_COLONY, evolveColony, type ColonyState } from "../state/colony.ts";
import { MAX_INPUT_CHARACTERS } from "../settings/limits.ts";
import type { Fact } from "../state/fact.ts";
import type { ColonyCommand } from "./command.ts";
import { decide } from "./decide.ts";
import { decideColony } from "./decide-colony.ts";

const atWork = () => givenAgent().started().asked();
const seed = {
  type: "agent.seed",
  source: "chat.jsonl",
  problems: [],
  messages: [
    { role: "user", origin: "seed", text: "before" },
    {
      role: "assistant",
      parts: [{ type: "tool-call", callId: callId("call_0"), name: "look", input: {} }],
    },
    { role: "tool", callId: callId("call_0"), name: "look", result: { status: "ok", output: 1 } },
    { role: "assistant", parts: [{ type: "text", text: "seen" }] },
  ],
} as const;

describe("a spawn", () => {
  it("queues a worker with a task in the same commit, and is refused a second time", () => {
    const worker = givenAgent();
    expect(worker.types).toEqual(["AGENT_SPAWNED", "EXECUTION_QUEUED"]);
    expect(worker.events[1]?.executionId).toBe(executionIdOf(worker.id, 1));
    const { limits } = worker.state;
    const data = { ...worker.events[0]?.data, limits } as never;
    expect(worker.tried([{ type: "agent.spawn", data }])).toBe("agent.exists");
  });

  it("leaves a worker without a task, and an overseer, with nothing to do", () => {
    expect(givenAgent({ task: null }).types).toEqual(["AGENT_SPAWNED"]);
    expect(givenAgent({ kind: "overseer" }).types).toEqual(["AGENT_SPAWNED"]);
  });

  it("is the only thing that can be asked of an agent that there is not", () => {
    const context = { agentId: agentId("w-9"), colonyId: colonyId("c"), at: 1 };
    expect(decide(undefined, { type: "execution.start", host: "h" }, context)).toEqual({
      code: "agent.not_found",
      message: 'there is no agent "w-9" in this colony',
    });
  });
});

describe("a seed", () => {
  it("stands before the task, and is not a part of the execution", () => {
    const worker = givenAgent().when(seed).started();
    expect(worker.state.conversation.map((entry) => entry.role)).toEqual([
      "user",
      "assistant",
      "assistant",
      "user",
    ]);
    expect(worker.state.execution?.startsAt).toBe(3);
    expect(worker.next()).toEqual({ do: "think", deliver: [], toReport: false });
    worker.asked().answered("", [{ id: "call_0" }]);
    expect(worker.state.conversation.at(-1)).toMatchObject({ calls: [{ callId: "call_0-2", repeats: 1 }] });
  });

  it("does not make a queued input of a persistent worker wait for another execution than it would have", () => {
    const worker = givenAgent({ lifetime: "persistent", task: null }).when(seed).input("go");
    worker.when({ type: "execution.queue", correlationId: null }).started();
    expect(worker.next()).toMatchObject({ do: "think", deliver: ["in-1"] });
  });

  it("is taken once, before the start, and not empty", () => {
    expect(givenAgent().when(seed).tried([seed])).toBe("agent.not_pending");
    expect(givenAgent().started().tried([seed])).toBe("agent.not_pending");
    expect(givenAgent().tried([{ ...seed, messages: [] }])).toBe("seed.empty");
  });
});

describe("an input", () => {
  const hello = { type: "input.receive", kind: "chat", mode: "queue", from: "user", text: "hello" } as const;

  it("is taken once under its key, also by an agent that has closed since", () => {
    const agent = givenAgent({ task: null }).input("hello", "queue", { idempotencyKey: "k" });
    const again = { ...hello, inputId: inputId("in-9"), idempotencyKey: "k" };
    expect(agent.when(again).state.inbox).toHaveLength(1);
    agent.when({ type: "agent.close", cause: "closed" });
    expect(agent.tried([again])).toBeUndefined();
    expect(agent.tried([{ ...again, text: "other" }])).toBe("input.key_conflict");
    expect(agent.tried([{ ...again, idempotencyKey: "new" }])).toBe("agent.closed");
    expect(agent.types).toEqual(["AGENT_SPAWNED", "INPUT_RECEIVED", "INPUT_DISCARDED", "AGENT_CLOSED"]);
  });

  it("may have a key that objects have of themselves", () => {
    const agent = givenAgent({ kind: "overseer" }).input("hello", "queue", { idempotencyKey: "__proto__" });
    const again = { ...hello, inputId: inputId("in-9"), idempotencyKey: "constructor" };
    expect(agent.when(again).state.inbox).toHaveLength(2);
    expect(agent.tried([{ ...again, idempotencyKey: "__proto__", text: "other" }])).toBe(
      "input.key_conflict",
    );
  });

  it("has a text or a file, and is not longer than is taken", () => {
    const agent = givenAgent({ kind: "overseer" });
    const inputIdOf = { inputId: inputId("in-9") };
    expect(agent.tried([{ ...hello, ...inputIdOf, text: " \n" }])).toBe("input.invalid");
    expect(agent.tried([{ ...hello, ...inputIdOf, text: "x".repeat(MAX_INPUT_CHARACTERS + 1) }])).toBe(
      "input.invalid",
    );
    const files = [{ mediaType: "image/png", data: "AA==" }];
    expect(agent.tried([{ ...hello, ...inputIdOf, text: "", files }])).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ mode: "steeer" }, 'mode is "steeer"; give "queue", "steer" or "interrupt"'],
    [{ mode: null }, 'mode is null; give "queue", "steer" or "interrupt"'],
    [{ idempotencyKey: 0 }, "idempotencyKey is 0; give a text that is not empty"],
    [{ idempotencyKey: "" }, 'idempotencyKey is ""; give a text that is not empty'],
    [{ files: 0 }, "files is 0; give a list of files, "],
    [{ files: {} }, "files is an object that will not do; give a list of files, "],
    [{ files: [{}] }, "files[0].mediaType is missing; give a list of files, "],
    [{ files: [{ mediaType: 5 }] }, "files[0].mediaType is 5; give "],
    [{ files: [{ mediaType: "png", data: "AA==" }] }, 'files[0].mediaType is "png"; give '],
    [{ files: [{ mediaType: "image/png", data: "no base64" }] }, 'files[0].data is "no base64"; give '],
    [{ files: [{ mediaType: "image/png", data: "A" }] }, 'files[0].data is "A"; give '],
  ])("%# is refused where what is said of it is wrong", (wrong, sentence) => {
    const { state, id } = givenAgent({ kind: "overseer" });
    const context = { agentId: id, colonyId: colonyId("c"), at: 1 };
    const decision = decide(state, { ...hello, inputId: inputId("in-9"), ...wrong }, context);
    expect(decision).toMatchObject({
      code: "input.invalid",
      message: expect.stringContaining(sentence) as never,
    });
  });

  it("is recorded with what an event can hold, whatever else stands in a file", () => {
    const agent = givenAgent({ kind: "overseer" });
    const file = { mediaType: "image/png", data: "AA==", name: "a.png", size: 10n, type: "file" };
    agent.when({ ...hello, inputId: inputId("in-9"), files: [file] });
    expect(agent.state.inbox[0]?.files).toEqual([{ mediaType: "image/png", data: "AA==", name: "a.png" }]);
  });

  it("named twice in one delivery is delivered once", () => {
    const agent = givenAgent().input("hello").started();
    agent.when({ type: "input.deliver", inputIds: [inputId("in-1"), inputId("in-1")] });
    expect(agent.types.filter((type) => type === "INPUT_DELIVERED")).toHaveLength(1);
    expect(agent.tried([{ type: "input.deliver", inputIds: [inputId("in-1")] }])).toBe("input.not_found");
  });

  it("that a tool call gave the agent is not delivered as well, and only a running execution takes it", () => {
    const take = {
      type: "input.take",
      inputIds: [inputId("in-1"), inputId("in-1"), inputId("in-9")],
    } as const;
    const agent = atWork()
      .answered("", [{ id: "wait" }])
      .toolStarted("wait")
      .input("hello");
    agent.when(take, {
      type: "tool.complete",
      callId: callId("wait"),
      result: { status: "ok", output: "hello" },
      durationMs: 1,
    });
    expect(agent.events.filter(({ type }) => type === "INPUT_DELIVERED").map(({ data }) => data)).toEqual([
      { inputIds: ["in-1"] },
    ]);
    expect(agent.next()).toEqual({ do: "think", deliver: [], toReport: false });
    expect(agent.when(take).types.at(-1)).toBe("TOOL_CALL_COMPLETED");
    const late = givenAgent({ lifetime: "persistent" }).started().ended("failed", "crash").input("hello");
    expect(late.tried([take])).toBe("execution.ended");
  });

  it("is taken back while it waits, and stays once it was given", () => {
    const discard = { type: "input.discard", inputId: inputId("in-1"), reason: "taken back" } as const;
    const waiting = givenAgent().input("hello").when(discard);
    expect(waiting.types.at(-1)).toBe("INPUT_DISCARDED");
    expect(waiting.state.inbox).toEqual([]);
    const given = givenAgent().input("hello").started();
    given.when({ type: "input.deliver", inputIds: [inputId("in-1")] }).when(discard);
    expect(given.types).not.toContain("INPUT_DISCARDED");
  });

  it("is not delivered behind the back of a model that is answering, nor to an agent that is not at work", () => {
    const deliver = [{ type: "input.deliver", inputIds: [inputId("in-1")] }] as const;
    expect(atWork().input("hello").tried(deliver)).toBe("agent.busy");
    expect(givenAgent().input("hello").tried(deliver)).toBe("execution.not_running");
    expect(givenAgent().input("hello").started().tried(deliver, { attempt: 2 })).toBe(
      "execution.stale_attempt",
    );
  });
});

describe("a loop that has been replaced", () => {
  it("may write no more, neither over a restart nor to the next execution", () => {
    const agent = givenAgent({ lifetime: "persistent" }).started().started();
    const report = {
      type: "report.record",
      status: "success",
      summary: "s",
      data: null,
      artifacts: [],
    } as const;
    expect(agent.tried([report], { attempt: 1 })).toBe("execution.stale_attempt");
    agent.ended("failed", "crash").when({ type: "execution.queue", correlationId: null });
    const old = { attempt: 2, executionId: executionIdOf(agent.id, 1) };
    const end = { type: "execution.end", end: "failed", cause: "crash", error: null } as const;
    expect(agent.tried([end], old)).toBe("execution.ended");
    expect(agent.tried([end], { attempt: 2 })).toBe("execution.stale_attempt");
    agent.started().started();
    expect(agent.tried([report], old)).toBe("execution.ended");
    expect(agent.tried([report], { attempt: 2, executionId: executionIdOf(agent.id, 2) })).toBeUndefined();
  });
});

describe("a model call", () => {
  it("is one at a time, and only once every call of the last answer has its outcome", () => {
    const agent = atWork();
    const ask = [{ type: "model.start", model: "m" }] as const;
    expect(agent.tried(ask)).toBe("model_call.not_open");
    agent.answered("", [{ id: "a" }]);
    expect(agent.tried(ask)).toBe("agent.busy");
    expect(agent.toolDone("a").tried(ask)).toBeUndefined();
  });

  it("keeps the ids of calls apart where a server numbers from 0 in each answer, twice in one, or not at all", () => {
    const agent = atWork().answered("", [{ id: "0" }, { id: "0", input: { n: 2 } }, { id: "" }]);
    agent.toolDone("0", 1).toolDone("0-2", 2).toolDone("call", 3).asked();
    agent.answered("", [{ id: "0" }, { id: "0-2" }, { id: "" }]);
    const ids = agent.state.conversation.flatMap((entry) =>
      entry.role === "assistant" ? entry.calls.map((call) => call.callId) : [],
    );
    expect(ids).toEqual(["0", "0-2", "call", "0-3", "0-2-2", "call-2"]);
    agent.toolDone("0-2-2", "mine");
    const calls = agent.state.conversation.flatMap((entry) =>
      entry.role === "assistant" ? entry.calls : [],
    );
    expect(calls.map(({ result }) => result?.output)).toEqual([1, 2, 3, undefined, "mine", undefined]);
  });

  it("of an unknown price makes the sum unknown, never cheaper", () => {
    const agent = atWork()
      .answered("", [{ id: "a" }], { costUsd: 0.5, inputTokens: 7 })
      .toolDone("a")
      .asked();
    agent.answered("done", [], { costUsd: null, inputTokens: 3 }).endedAsAsked();
    expect(agent.report.usage).toEqual({ ...NO_USAGE, inputTokens: 10, modelCalls: 2, costUsd: null });
    expect(agent.state.record.usage.costUsd).toBeNull();
  });

  it("that failed keeps what had been said and what it cost", () => {
    const agent = atWork();
    agent.when({
      type: "model.fail",
      callId: callId("w-1.1.m1"),
      error: { code: "model.broken_stream", message: "cut off" },
      retryable: true,
      supersededText: "The answer is",
      usage: { ...NO_USAGE, inputTokens: 5, modelCalls: 1, costUsd: 0.1 },
    });
    expect(agent.events.find(({ type }) => type === "MODEL_CALL_FAILED")?.data).toMatchObject({
      supersededText: "The answer is",
    });
    expect(agent.state.record.execution?.usage).toMatchObject({ inputTokens: 5, costUsd: 0.1 });
    expect(agent.state.conversation).toHaveLength(1);
  });
});

describe("a tool call", () => {
  it("begins once, and a call named twice in one command does not begin at all", () => {
    const agent = atWork().answered("", [{ id: "a" }]);
    const one = { callId: callId("a"), effect: "pure" } as const;
    expect(agent.tried([{ type: "tool.start", calls: [one, one] }])).toBe("tool_call.not_open");
    expect(agent.tried([{ type: "tool.start", calls: [one] }])).toBeUndefined();
    expect(agent.tried([{ type: "tool.start", calls: [one] }])).toBe("tool_call.not_open");
  });

  it.each([
    ["pure", "pure", undefined],
    ["idempotent", "idempotent", undefined],
    ["once", "once", "tool_call.not_open"],
    ["once", "pure", "tool_call.not_open"],
    ["pure", "once", "tool_call.not_open"],
  ] as const)("that was interrupted, then declared %s, now %s, begins again: %s", (then, now, refused) => {
    const agent = atWork()
      .answered("", [{ id: "a" }])
      .toolStarted("a", then)
      .started();
    expect(agent.tried([{ type: "tool.start", calls: [{ callId: callId("a"), effect: now }] }])).toBe(
      refused,
    );
  });

  it("of effect `once` begins again only where the outside world has said that it never happened", () => {
    const agent = atWork()
      .answered("", [{ id: "a" }])
      .toolStarted("a", "once")
      .started();
    agent.when({ type: "tool.start", calls: [{ callId: callId("a"), effect: "once", reconciled: true }] });
    expect(agent.events.findLast(({ type }) => type === "TOOL_CALL_STARTED")?.data).toMatchObject({
      attempt: 2,
    });
  });

  it("is of unknown outcome only where it had begun on a host that is gone", () => {
    const unknown = [
      { type: "tool.unknown", callId: callId("a"), result: { status: "unknown", output: "?" } },
    ] as const;
    const agent = atWork().answered("", [{ id: "a" }]);
    expect(agent.tried(unknown)).toBe("tool_call.not_open");
    expect(agent.toolStarted("a").tried(unknown)).toBe("tool_call.not_open");
    expect(agent.started().tried(unknown)).toBeUndefined();
    expect(agent.tried(unknown)).toBe("tool_call.not_open");
  });

  it("that is open at the end is told apart: not made, called off, or unknown", () => {
    const agent = atWork().answered("", [{ id: "not" }, { id: "pure", input: 1 }, { id: "once", input: 2 }]);
    agent.toolStarted("pure", "pure").toolStarted("once", "once").ended("failed", "crash");
    const calls = agent.state.conversation.flatMap((entry) =>
      entry.role === "assistant" ? entry.calls : [],
    );
    expect(calls.map(({ result }) => [result?.status, result?.output])).toEqual([
      ["cancelled", "The call was not made: the execution ended first."],
      ["cancelled", "The call was called off: the execution ended."],
      ["unknown", "The call had begun when the execution ended; whether it took effect is not known."],
    ]);
  });
});

describe("closing", () => {
  it("waits for the end of what runs, says what became of the mail, and twice is once", () => {
    const close = { type: "agent.close", cause: "closed" } as const;
    const agent = givenAgent({ lifetime: "persistent" }).started();
    expect(agent.tried([close])).toBe("agent.busy");
    agent.input("late").ended("cancelled", "user").when(close).when(close);
    expect(agent.types.slice(-2)).toEqual(["INPUT_DISCARDED", "AGENT_CLOSED"]);
    expect(agent.tried([{ type: "execution.queue", correlationId: null }])).toBe("agent.closed");
  });
});

describe("a stop", () => {
  const cancel = { type: "execution.cancel", cause: "user", by: "user", reason: null } as const;

  it("closes with the end, so that nothing that waits wakes the agent again", () => {
    const agent = givenAgent({ lifetime: "persistent" }).started().input("late");
    agent.when({ ...cancel, close: true }).ended("cancelled", "user");
    expect(agent.types.slice(-5)).toEqual([
      "CANCEL_REQUESTED",
      "EXECUTION_CANCELLED",
      "SUBAGENT_REPORT",
      "INPUT_DISCARDED",
      "AGENT_CLOSED",
    ]);
  });

  it("of what waits for its turn is one commit, and one after a cancel is the last all the same", () => {
    const queued = givenAgent({ lifetime: "persistent" }).when({ ...cancel, close: true });
    expect(queued.types.slice(-2)).toEqual(["SUBAGENT_REPORT", "AGENT_CLOSED"]);
    const agent = givenAgent({ lifetime: "persistent" }).started().when(cancel);
    agent.when({ ...cancel, by: "w-9", close: true }).when({ ...cancel, close: true });
    const asked = agent.events.filter(({ type }) => type === "CANCEL_REQUESTED");
    expect(asked).toMatchObject([{ data: { by: "user" } }, { data: { by: "user", close: true } }]);
    agent.ended("cancelled", "user");
    expect(agent.types.at(-1)).toBe("AGENT_CLOSED");
  });
});

describe("the time in which a host was held up", () => {
  const heldUp = { type: "execution.hold_up", ms: 28_800_000, until: 1_800_000_000_000 } as const;

  it("is not worked, and what it had no chance to get done is not missed", () => {
    const agent = givenAgent().started();
    const now = agent.now + 5_000;
    const before = activeMs(agent.state, now);
    agent.when(heldUp);
    expect(activeMs(agent.state, now + heldUp.ms)).toBe(before);
    expect(agent.state.execution?.lastStepAt).toBe(heldUp.until);
  });

  it("is nobody's who is not at work", () => {
    expect(givenAgent().tried([heldUp])).toBe("execution.not_running");
    const ended = givenAgent().started().asked().answered("done").endedAsAsked();
    expect(ended.tried([heldUp])).toBe("execution.ended");
  });
});

describe("the colony", () => {
  it("does what a letter asks for once, also where it changes nothing", () => {
    const stream = { agentId: agentId("colony"), colonyId: colonyId("c"), at: 5 };
    const after = (state: ColonyState, command: ColonyCommand): ColonyState => {
      const decided = decideColony(state, command);
      const events = Array.isArray(decided) ? (decided as readonly NewEvent[]) : [];
      return evolveColony(
        state,
        events.map((event, index) => ({ ...event, ...stream, version: state.version + index + 1 })) as Fact[],
      );
    };
    const block = { type: "dispatch.block", owner: "user", reason: "lunch" } as const;
    const blocked = after(NEW_COLONY, block);
    const again = after(blocked, { ...block, letterId: "a" });
    expect(again).toMatchObject({ version: 2, letter: "a" });
    expect(after(again, { ...block, letterId: "a" })).toEqual(again);
    const set = after(again, { type: "budget.set", budget: {}, letterId: "b" });
    expect(set).toMatchObject({ version: 3, letter: "b" });
    const refusal = {
      type: "letter.refuse",
      letterId: "c",
      code: "settings.invalid",
      message: "no",
    } as const;
    expect(after(after(set, refusal), refusal)).toMatchObject({ version: 4, letter: "c" });
  });

  it("is closed by whoever has it, and by nobody who had it before", () => {
    const fact = (event: object, version: number): Fact =>
      ({ ...event, version, at: 5, agentId: agentId("colony"), colonyId: colonyId("c") }) as unknown as Fact;
    const opened = (id: string, version: number): Fact =>
      fact({ type: "COLONY_OPENED", data: { host: { id, pid: 1, startedAt: 1 }, release: "1" } }, version);
    const closed = (host: string, version: number): Fact =>
      fact({ type: "COLONY_CLOSED", data: { host } }, version);
    const left = evolveColony(NEW_COLONY, [opened("a", 1), opened("b", 2), closed("a", 3)]);
    expect(left.host?.id).toBe("b");
    expect(evolveColony(left, [closed("b", 4)]).host).toBeNull();
  });

  it("is blocked at most once by each owner, and lifting what is not there is nothing", () => {
    const block = { type: "dispatch.block", owner: "user", reason: "lunch" } as const;
    expect(decideColony(NEW_COLONY, { type: "dispatch.unblock", owner: "user" })).toEqual([]);
    const decided = decideColony(NEW_COLONY, block);
    expect(decided).toEqual([{ type: "DISPATCH_BLOCKED", data: { owner: "user", reason: "lunch" } }]);
    const fact: Fact = {
      type: "DISPATCH_BLOCKED",
      data: { owner: "user", reason: "lunch" },
      version: 1,
      at: 5,
      agentId: agentId("colony"),
      colonyId: colonyId("c"),
    };
    const blocked = evolveColony(NEW_COLONY, [fact]);
    expect(blocked).toMatchObject({ version: 1, blocks: [{ owner: "user", reason: "lunch", at: 5 }] });
    expect(decideColony(blocked, block)).toEqual([]);
    expect(decideColony(blocked, { type: "dispatch.unblock", owner: "user" })).toHaveLength(1);
  });
});
