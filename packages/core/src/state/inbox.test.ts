import { givenAgent } from "@colony/testkit";
import { expect, it } from "vitest";
import type { InputMode } from "../events/inbox.ts";
import { inputId } from "../ids.ts";
import { deliverable } from "../plan/deliverable.ts";
import { dispositionOf } from "../plan/disposition.ts";
import { evolveAgent } from "./evolve-agent.ts";
import type { AgentState } from "./agent-state.ts";
import type { Fact } from "./fact.ts";

/** An overseer that has been told this by a release that took whatever it was given. */
function told(data: object): AgentState {
  const { state, id } = givenAgent({ kind: "overseer" });
  const { colonyId, version } = state.record;
  const recorded = {
    inputId: inputId("in-1"),
    kind: "chat",
    mode: "queue",
    from: "user",
    text: "hello",
    ...data,
  };
  const fact = { type: "INPUT_RECEIVED", data: recorded, agentId: id, colonyId, version: version + 1, at: 1 };
  return evolveAgent(state, [fact as unknown as Fact]) ?? state;
}

it.each(["steeer", null, 5, {}])("a recorded mode that there is not (%j) waits for its turn", (mode) => {
  const state = told({ mode });
  expect(state.inbox[0]?.mode).toBe("queue");
  expect(dispositionOf(state)).toEqual(dispositionOf(told({})));
});

it("an input that a snapshot holds with such a mode is given like any other", () => {
  const { state } = givenAgent({ kind: "overseer" })
    .input("hello")
    .when({ type: "execution.queue", correlationId: null })
    .started();
  const inbox = state.inbox.map((input) => ({ ...input, mode: "steeer" as InputMode }));
  expect(deliverable({ ...state, inbox })).toEqual(inbox);
  expect(inbox).toHaveLength(1);
});

const file = { mediaType: "image/png", data: "AA==" };

it.each<[unknown, readonly object[]]>([
  [0, []],
  [{}, []],
  ["x", []],
  [[{}, file, { mediaType: 5 }, null], [file]],
])("recorded files that are none (%j) are left out", (files, left) => {
  expect(told({ files }).inbox[0]?.files).toEqual(left);
});
