import { callId, inputId, type ColonyEvent, type EventType } from "@colony/core";
import { describe, expect, it } from "vitest";
import { givenAgent, type GivenAgent } from "../histories/given-agent.ts";
import { checkPromises } from "./check-promises.ts";

/** A worker of nobody's that begins a call. */
const calling = (): GivenAgent =>
  givenAgent({ parentId: null })
    .started()
    .asked()
    .answered("", [{ id: "a" }])
    .toolStarted("a", "once");

/** It is told something, and comes to its end. */
const toItsEnd = (agent: GivenAgent): GivenAgent =>
  agent.input("and quickly", "steer").asked().answered("done").endedAsAsked();

const whole = (): readonly ColonyEvent[] => toItsEnd(calling().toolDone("a")).events;

/** Places of events in a whole log. */
function at(events: readonly ColonyEvent[], type: EventType, which = 0): number {
  const [place] = events.flatMap((event, index) => (event.type === type ? [index] : [])).slice(which);
  if (place === undefined) throw new Error(`there is no ${type}`);
  return place;
}

const without = (type: EventType, which = 0): readonly ColonyEvent[] => {
  const events = whole();
  return numbered(events.toSpliced(at(events, type, which), 1));
};

/** One event stands a second time, right behind itself or in the place of another. */
function twice(type: EventType, behind: EventType = type): readonly ColonyEvent[] {
  const events = whole();
  const event = events[at(events, type)];
  if (event === undefined) throw new Error(`there is no ${type}`);
  return numbered(events.toSpliced(at(events, behind) + 1, 0, event));
}

/** As a log would hold them: without a gap, so that nothing but what was changed is wrong. */
function numbered(events: readonly ColonyEvent[]): readonly ColonyEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1, version: index + 1 }));
}

describe("a log in which all is as promised", () => {
  it("is found to be so", () => {
    expect(checkPromises(whole())).toEqual([]);
  });

  it("may hold a call that begins again with another host, and a model call that went with the first", () => {
    const agent = calling().started();
    agent.when({
      type: "tool.start",
      calls: [{ callId: callId("a"), effect: "once", reconciled: true }],
    });
    agent.toolDone("a").asked().started();
    agent.when({ type: "model.lose", callId: callId("w-1.1.m2") });
    expect(checkPromises(toItsEnd(agent).events)).toEqual([]);
  });

  it("may hold an input that a call has taken for itself", () => {
    const agent = calling().input("taken");
    agent.when(
      { type: "input.take", inputIds: [inputId("in-1")] },
      { type: "report.record", status: "success", summary: "done", data: null, artifacts: [] },
      {
        type: "tool.complete",
        callId: callId("a"),
        result: { status: "ok", output: "taken" },
        durationMs: 1,
      },
    );
    expect(checkPromises(toItsEnd(agent).events)).toEqual([]);
  });

  it("may hold a worker that was closed before it was set going", () => {
    const events = givenAgent({ parentId: null, task: null }).when({
      type: "agent.close",
      cause: "closed",
    }).events;
    const tasked = events.map((event) =>
      event.type === "AGENT_SPAWNED" ? { ...event, data: { ...event.data, task: "do it" } } : event,
    );
    expect(checkPromises(tasked)).toEqual([]);
  });

  it("may hold a model call that has ended with its execution", () => {
    const agent = givenAgent({ parentId: null }).started().asked().ended("failed", "crash");
    expect(checkPromises(agent.events)).toEqual([]);
  });
});

describe("a broken promise is said:", () => {
  it.each<[string, readonly ColonyEvent[], string]>([
    [
      "a call begun twice by the same host",
      twice("TOOL_CALL_STARTED"),
      "call a of w-1 begins again, and no other host has taken it up since",
    ],
    [
      "a call begun after its outcome",
      twice("TOOL_CALL_STARTED", "TOOL_CALL_COMPLETED"),
      "call a of w-1 begins after its outcome",
    ],
    ["an agent spawned twice", twice("AGENT_SPAWNED"), "agent w-1 was spawned a second time"],
    [
      "a worker of which nothing but its spawn is there",
      whole().slice(0, 1),
      "worker w-1 has a task and was never set going",
    ],
    ["a model call begun twice", twice("MODEL_CALL_STARTED"), "model call w-1.1.m1 begins a second time"],
    [
      "a model call without an outcome",
      without("MODEL_CALL_COMPLETED"),
      "model call w-1.1.m1 has 0 outcomes",
    ],
    [
      "an input delivered and never said",
      without("MESSAGE_APPENDED", 2),
      "input in-1 of w-1 was delivered and never said",
    ],
    ["a call without an outcome", without("TOOL_CALL_COMPLETED"), "call a of w-1 has 0 outcomes"],
  ])("%s", (_what, events, problem) => {
    expect(checkPromises(events)).toEqual([problem]);
  });
});
