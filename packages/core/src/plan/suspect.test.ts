import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import { isSuspect } from "./suspect.ts";

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
    expect(agent.started().next()).toMatchObject({ do: "end", cause: "unrecoverable" });
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
