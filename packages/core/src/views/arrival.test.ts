import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import type { InputMode } from "../events/inbox.ts";
import { arrivalOf, type Arrival } from "./arrival.ts";

const persistent = (): GivenAgent => givenAgent({ lifetime: "persistent" });
const idle = (): GivenAgent => persistent().started().asked().answered("done").endedAsAsked();
const cancel = { type: "execution.cancel", cause: "user", by: "user", reason: null } as const;
const close = { ...cancel, cause: "closed", close: true, keepsInbox: true } as const;

/** One that has asked a person something, and does nothing until that is answered. */
const asking = (agent: GivenAgent): GivenAgent =>
  agent
    .started()
    .asked()
    .answered("", [{ id: "q", name: "ask_user" }])
    .when({
      type: "question.ask",
      callId: callId("q"),
      questions: [{ id: "a", text: "Which?" }],
      to: null,
      expiresInMs: null,
    })
    .when({ type: "execution.pause", reason: "input_required" });
const FOR_A_PERSON = "it waits for a person, and is told this when it goes on";

const FULL = "all places for workers are taken";

describe("an input", () => {
  it.each<[string, GivenAgent, InputMode, Arrival]>([
    ["to one at rest", idle(), "queue", { as: "started" }],
    ["to one at rest, in any mode", idle(), "steer", { as: "started" }],
    ["to one that never ran", givenAgent({ kind: "overseer" }), "queue", { as: "started" }],
    ["behind what waits", idle().input("a").input("b"), "queue", { as: "queued", place: 3 }],
    ["ahead of what waits", idle().input("a"), "interrupt", { as: "started" }],
    ["beside reports and what steers", idle().input("a", "steer"), "queue", { as: "started" }],
    ["to one at work", persistent().started().asked(), "queue", { as: "queued", place: 1 }],
    ["to one at work, to steer it", persistent().started().asked(), "steer", { as: "steering" }],
    ["to one at work, to interrupt it", persistent().started().asked(), "interrupt", { as: "interrupting" }],
    [
      "to one that waits for its turn",
      persistent(),
      "steer",
      { as: "waiting", note: "it has not begun yet, and is told this when it begins" },
    ],
    ["to an ephemeral one at work", givenAgent().started().asked(), "steer", { as: "steering" }],
    [
      "to an ephemeral one, to be queued",
      givenAgent().started().asked(),
      "queue",
      { as: "steering", note: "it has one task only, so it is told at its next model call" },
    ],
    [
      "to an ephemeral one, to interrupt it",
      givenAgent().started().asked(),
      "interrupt",
      { as: "interrupting" },
    ],
    [
      "to one that waits for a person, to steer it",
      asking(persistent()),
      "steer",
      { as: "waiting", note: FOR_A_PERSON },
    ],
    [
      "to one that waits for a person, to be queued",
      asking(persistent()),
      "queue",
      { as: "queued", place: 1, note: FOR_A_PERSON },
    ],
    [
      "to one that waits for a person, to interrupt it",
      asking(persistent()),
      "interrupt",
      { as: "interrupting" },
    ],
    [
      "to an ephemeral one that waits for a person",
      asking(givenAgent()),
      "steer",
      { as: "waiting", note: FOR_A_PERSON },
    ],
    [
      "to one that is called off",
      persistent().started().asked().when(cancel),
      "steer",
      { as: "queued", place: 1, note: "what it does is being called off, so this comes after it" },
    ],
    [
      "to one that is being closed",
      persistent().started().asked().input("a").when(close),
      "interrupt",
      { as: "queued", place: 2, note: "it is being closed, and is given this when it is opened again" },
    ],
    [
      "to one that is being stopped",
      persistent()
        .started()
        .asked()
        .when({ ...cancel, close: true }),
      "queue",
      { as: "queued", place: 1, note: "it is being stopped, and is not given this any more" },
    ],
  ])("%s", (...[, agent, mode, arrival]) => {
    expect(arrivalOf(agent.state, { mode })).toEqual(arrival);
  });

  it.each<[string, GivenAgent, InputMode, Arrival]>([
    ["to one at rest", idle(), "queue", { as: "waiting", note: FULL }],
    ["behind what waits", idle().input("a"), "queue", { as: "queued", place: 2, note: FULL }],
    ["to one that waits for its turn", persistent(), "steer", { as: "waiting", note: FULL }],
    ["to one at work, which has its place", persistent().started().asked(), "steer", { as: "steering" }],
  ])("%s, where nothing can begin", (...[, agent, mode, arrival]) => {
    expect(arrivalOf(agent.state, { mode, hindrance: FULL })).toEqual(arrival);
  });
});
