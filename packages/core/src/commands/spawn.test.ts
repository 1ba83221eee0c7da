import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import type { AgentCommand } from "./command.ts";

const refused = (id: string, task = "dig"): AgentCommand => ({
  type: "spawn.refuse",
  callId: callId(id),
  code: "spawn.too_deep",
  message: "too deep",
  definition: "coder",
  task,
  workers: 2,
});

/** An agent whose call to spawn is under way. */
const asking = () =>
  givenAgent()
    .started()
    .asked()
    .answered("", [{ id: "c1", name: "spawn_worker" }])
    .toolStarted("c1", "pure");

describe("a spawn that was refused", () => {
  it("stands in the log with the call, beside its outcome, and changes nothing else of the agent", () => {
    const agent = asking();
    const before = agent.state;
    const { record } = before;
    agent.when(refused("c1"));
    expect(agent.state).toEqual({
      ...before,
      record: { ...record, version: record.version + 1, updatedAt: agent.now },
    });
    expect(agent.events.at(-1)).toMatchObject({
      type: "SPAWN_REFUSED",
      executionId: record.execution?.id,
      data: {
        callId: "c1",
        code: "spawn.too_deep",
        message: "too deep",
        definition: "coder",
        task: "dig",
        workers: 2,
      },
    });
    expect(agent.toolDone("c1").types.slice(-2)).toEqual(["SPAWN_REFUSED", "TOOL_CALL_COMPLETED"]);
  });

  it("is recorded with the beginning of a long task, and never with half a character", () => {
    const agent = asking().when(refused("c1", `${"x".repeat(199)}\u{1f41d}${"y".repeat(500)}`));
    const event = agent.events.at(-1);
    const task = event?.type === "SPAWN_REFUSED" ? event.data.task : "";
    expect(task).toHaveLength(200);
    expect(task.isWellFormed()).toBe(true);
  });

  it("is no business of a call that is not under way, nor of an execution that has ended", () => {
    const agent = givenAgent()
      .started()
      .asked()
      .answered("", [{ id: "c1" }]);
    expect(agent.tried([refused("c1")])).toBe("tool_call.not_open");
    expect(agent.tried([refused("c2")])).toBe("tool_call.not_open");
    expect(
      asking()
        .toolDone("c1")
        .tried([refused("c1")]),
    ).toBe("tool_call.not_open");
    expect(
      asking()
        .ended("failed", "error")
        .tried([refused("c1")]),
    ).toBe("execution.ended");
  });
});

describe("an agent that is spawned", () => {
  it("keeps what it is denied, what it is allowed and how much it is told", () => {
    const rights = { denied: ["group:network"], allowed: ["read_*"], profile: "compact" } as const;
    expect(givenAgent(rights).state.record).toMatchObject(rights);
    for (const name of Object.keys(rights)) expect(givenAgent().state.record).not.toHaveProperty(name);
  });
});
