import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { lastAnswer } from "./last-answer.ts";
import { statusWord } from "./status.ts";

const persistent = () => givenAgent({ lifetime: "persistent" });
const close = (agent: GivenAgent) => agent.when({ type: "agent.close", cause: "closed" });

describe("the one word for an agent", () => {
  it.each<[string, GivenAgent]>([
    ["pending", givenAgent({ kind: "overseer" })],
    ["pending", givenAgent({ task: null })],
    ["queued", givenAgent()],
    ["running", givenAgent().started()],
    [
      "running",
      givenAgent().started().when({ type: "execution.cancel", cause: "user", by: "user", reason: null }),
    ],
    ["completed", givenAgent().started().asked().answered("done").endedAsAsked()],
    ["failed", givenAgent().started().ended("failed", "crash")],
    ["cancelled", givenAgent().when({ type: "execution.cancel", cause: "user", by: "user", reason: null })],
    ["timed_out", givenAgent().started().ended("timed_out", "timeout")],
    ["lost", givenAgent().started().ended("lost", "host_lost")],
    ["idle", persistent().started().ended("failed", "crash")],
    ["queued", persistent().started().ended("failed", "crash").input("next")],
    ["queued", givenAgent({ kind: "overseer" }).input("first")],
    ["closed", close(persistent().started().ended("failed", "crash"))],
    ["closed", close(givenAgent({ task: null }))],
  ])("is %s", (word, agent) => {
    expect(statusWord(agent.state.record)).toBe(word);
  });
});

describe("the last answer", () => {
  it("is the newest with any text, in this execution only", () => {
    const agent = persistent()
      .started()
      .asked()
      .answered("one", [{ id: "a" }])
      .toolDone("a")
      .asked()
      .answered(" ");
    expect(lastAnswer(agent.state)).toBe("one");
    agent
      .ended("failed", "empty_response")
      .input("next")
      .when({ type: "execution.queue", correlationId: null });
    expect(lastAnswer(agent.state)).toBeNull();
  });
});
