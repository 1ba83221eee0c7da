import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import { isSuspect, needsQuiet, partyOf } from "./suspect.ts";

const asked = () => givenAgent().started().asked();
const inTool = () =>
  asked()
    .answered("", [{ id: "a" }])
    .toolStarted("a", "pure");

/** The next process does again what the last one died of. */
const askedAgain = (agent: GivenAgent) =>
  agent
    .started()
    .when({ type: "model.lose", callId: agent.state.execution?.modelCall?.callId ?? callId("none") })
    .asked();
const runAgain = (agent: GivenAgent) => agent.started().toolStarted("a", "pure");

describe("work in the middle of which hosts die", () => {
  it.each<[string, () => GivenAgent, (agent: GivenAgent) => GivenAgent]>([
    ["model call", asked, askedAgain],
    ["tool", inTool, runAgain],
  ])("is suspect where one more death in the same %s would be its end", (_what, begin, again) => {
    const agent = begin();
    expect(isSuspect(agent.state)).toBe(false);
    again(agent);
    expect(isSuspect(agent.state)).toBe(true);
    again(agent);
    expect(isSuspect(agent.state)).toBe(true);
    agent.when({ type: "execution.start", host: "host-9", alone: true });
    expect(agent.next()).toMatchObject({ do: "end", cause: "unrecoverable" });
  });

  it.each<[string, () => GivenAgent, (agent: GivenAgent) => GivenAgent]>([
    ["model call", asked, askedAgain],
    ["tool", inTool, runAgain],
  ])(
    "is tried in quiet where it never was alone, and given up after six in the same %s",
    (_what, begin, again) => {
      const agent = begin();
      for (let deaths = 1; deaths <= 5; deaths += 1) {
        expect([deaths, needsQuiet(agent.state)]).toEqual([deaths, deaths >= 3]);
        again(agent);
      }
      expect(agent.started().next()).toMatchObject({ do: "end", cause: "unrecoverable" });
    },
  );

  it("that was alone in one kind of work is not convicted by deaths in the other, which it never was alone in", () => {
    const agent = runAgain(runAgain(inTool()));
    agent
      .started()
      .toolStarted("a", "pure")
      .when({
        type: "tool.complete",
        callId: callId("a"),
        result: { status: "error", output: "no" },
        durationMs: 1,
      })
      .asked();
    agent.when({ type: "execution.start", host: "host-9", alone: true });
    expect(agent.state.execution?.crashes).toMatchObject({ model: 1, tools: 3, alone: "model" });
    expect(agent.next()).toMatchObject({ do: "lose_model_call" });
  });

  it("is suspect no more once it has got through", () => {
    expect(isSuspect(askedAgain(asked()).answered("", [{ id: "a" }]).state)).toBe(false);
    expect(isSuspect(runAgain(inTool()).toolDone("a").state)).toBe(false);
  });

  it("is not suspect where hosts let go of it in good order, nor when it has ended", () => {
    const agent = asked();
    for (let deploys = 0; deploys < 5; deploys += 1)
      askedAgain(agent.when({ type: "execution.pause", reason: "shutdown" }));
    expect(isSuspect(agent.state)).toBe(false);
    expect(isSuspect(askedAgain(asked()).ended("failed", "crash").state)).toBe(false);
  });
});

it.each([
  [2, 1, 1],
  [2, 15, 1],
  [2, 16, 6],
  [2, 10_000, 464],
  [3, 464, 59],
  [4, 59, 15],
  [5, 17, 1],
  [5, 10_000, 1],
])("with %i deaths each, of %i suspects %i are at work at once", (deaths, suspects, party) => {
  expect(partyOf(deaths, suspects)).toBe(party);
});
