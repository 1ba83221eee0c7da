import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import type { AgentCommand } from "../commands/command.ts";
import { inputId, triggerId } from "../ids.ts";
import { deliverable, mustSeeBeforeEnd } from "./deliverable.ts";
import { dispositionOf } from "./disposition.ts";

const overseer = () => givenAgent({ kind: "overseer" });
const persistent = () => givenAgent({ lifetime: "persistent" });
const queued = (agent: GivenAgent) => agent.when({ type: "execution.queue", correlationId: null }).started();
const given = (agent: GivenAgent) => deliverable(agent.state).map(({ inputId }) => inputId);
const heard = (agent: GivenAgent) =>
  agent.state.conversation.flatMap((entry) => (entry.role === "user" ? [entry.text] : []));

describe("what an overseer is given", () => {
  it("is one queued input at the start, with whatever is to steer it, in order of arrival", () => {
    const agent = queued(overseer().input("s1", "steer").input("q1").input("q2").input("s2", "steer"));
    expect(given(agent)).toEqual(["in-1", "in-2", "in-4"]);
    expect(agent.asked().state.inbox.map(({ text }) => text)).toEqual(["q2"]);
  });

  it("is the first input that interrupts alone before a queued one", () => {
    const agent = queued(overseer().input("q1").input("i1", "interrupt").input("i2", "interrupt"));
    expect(given(agent)).toEqual(["in-2"]);
    expect(agent.asked().next()).toMatchObject({ do: "end", end: "cancelled", cause: "superseded" });
  });

  it("is what steers it, between its turns, and nothing that is queued", () => {
    const agent = queued(overseer().input("q1")).asked().input("q2").input("s1", "steer");
    expect(given(agent)).toEqual(["in-3"]);
  });

  it("is no second queued input where its host died between the delivery and the model call", () => {
    const agent = queued(overseer().input("q1").input("q2"));
    agent.when({ type: "input.deliver", inputIds: deliverable(agent.state).map(({ inputId }) => inputId) });
    agent.started();
    expect(given(agent)).toEqual([]);
    expect(agent.next()).toMatchObject({ do: "think", deliver: [] });
  });

  it("is an input that interrupts at once where no model has been asked yet, and then nothing is superseded", () => {
    const agent = queued(overseer().input("q1").input("s1", "steer"));
    agent.when({ type: "input.deliver", inputIds: agent.state.inbox.map(({ inputId }) => inputId) });
    agent.input("i1", "interrupt");
    expect(agent.next()).toEqual({ do: "think", deliver: ["in-3"], toReport: false });
  });
});

describe("what triggers send", () => {
  const from = (trigger: string) => ({ kind: "trigger", from: `trigger:${trigger}` }) as const;

  it("is given together where it came due together, behind what came before and before what came later", () => {
    const agent = overseer().input("chat");
    agent.when(...["a", "b"].map((id) => due(id)));
    agent.wait(5).when(due("c"));
    queued(agent);
    expect(given(agent)).toEqual(["in-1"]);
    agent.asked().answered("x").endedAsAsked();
    expect(given(queued(agent))).toEqual(["due-a", "due-b"]);
    agent.asked().answered("x").endedAsAsked();
    expect(heard(agent)).toEqual(["chat", "a", "b"]);
    expect(given(queued(agent))).toEqual(["due-c"]);
  });

  it("is a matter of its own where one trigger sends twice, and where a person's word stands between", () => {
    const twice = overseer().input("1", "queue", from("a")).input("2", "queue", from("a"));
    expect(given(queued(twice))).toEqual(["in-1"]);
    const between = overseer().input("1", "queue", from("a")).input("chat").input("2", "queue", from("b"));
    expect(given(queued(between))).toEqual(["in-1"]);
  });

  it("interrupts together, so that none of it cuts the other off", () => {
    const agent = queued(overseer().input("q"));
    agent.when(due("a", "interrupt"), due("b", "interrupt")).input("3", "interrupt");
    expect(given(agent)).toEqual(["due-a", "due-b"]);
  });

  it("is received once, however often it is sent", () => {
    const agent = overseer().when(due("a"), due("a"));
    expect(agent.state.inbox).toHaveLength(1);
    agent.when(due("a"));
    expect(agent.types.filter((type) => type === "INPUT_RECEIVED")).toHaveLength(1);
  });

  function due(id: string, mode: "queue" | "interrupt" = "queue"): AgentCommand {
    const trigger = { id: triggerId(id), version: 1, dueAt: 5 };
    return { type: "input.receive", inputId: inputId(`due-${id}`), mode, text: id, trigger, ...from(id) };
  }
});

describe("what a worker is given", () => {
  it("is everything where it is ephemeral, what interrupts first", () => {
    const worker = givenAgent().input("q1").input("s1", "steer").input("i1", "interrupt");
    worker.started();
    expect(given(worker)).toEqual(["in-3", "in-1", "in-2"]);
    expect(heard(worker.asked())).toEqual(["do it", "i1", "q1", "s1"]);
  });

  it("never ends it by an interruption where it is ephemeral", () => {
    const worker = givenAgent().started().asked().input("i1", "interrupt").answered("done");
    expect(worker.next()).toMatchObject({ do: "think", deliver: ["in-1"] });
  });

  it("is its task alone in the first execution of a persistent one: what is queued comes after", () => {
    const worker = persistent().input("q1").input("s1", "steer").started();
    expect(given(worker)).toEqual(["in-2"]);
    worker.asked().answered("done").endedAsAsked();
    expect(dispositionOf(worker.state)).toMatchObject({ do: "queue" });
    expect(given(queued(worker))).toEqual(["in-1"]);
  });
});

describe("what has to be seen before an execution ends well", () => {
  it("is everything for an ephemeral worker, so that a correction is not lost", () => {
    const worker = givenAgent().started().asked().answered("done").input("no, other", "queue");
    expect(mustSeeBeforeEnd(worker.state)).toHaveLength(1);
    const end = { type: "execution.end", end: "completed", cause: "finished", error: null } as const;
    expect(worker.tried([end])).toBe("execution.inputs_pending");
    expect(worker.asked().answered("other").endedAsAsked().report.summary).toBe("other");
  });

  it("is what steers a persistent one, but no report and nothing that is queued", () => {
    const agent = queued(overseer().input("q1")).asked().answered("a").input("q2");
    expect(mustSeeBeforeEnd(agent.state)).toEqual([]);
    expect(mustSeeBeforeEnd(agent.input("s1", "steer").state)).toHaveLength(1);
  });

  it("can be discarded by an end that is none, with a reason", () => {
    const worker = givenAgent().started().asked().input("late").ended("failed", "crash");
    expect(worker.events.find(({ type }) => type === "INPUT_DISCARDED")?.data).toEqual({
      inputId: "in-1",
      reason: "the worker's execution had ended (failed) before it was given this",
    });
    expect(worker.state.inbox).toEqual([]);
  });
});

describe("which execution an input's answer comes from", () => {
  it("is the one that it was delivered in", () => {
    const agent = overseer().input("q1");
    const first = dispositionOf(agent.state);
    expect(first).toEqual({ do: "queue", correlationId: "in-1" });
    if (first.do === "queue") agent.when({ type: "execution.queue", correlationId: first.correlationId });
    agent.input("i1", "interrupt").started().asked();
    expect(agent.state.execution?.serves).toEqual(["in-2"]);
  });
});
