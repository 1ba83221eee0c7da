import { givenAgent, type GivenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import type { AgentCommand } from "./command.ts";
import { decide } from "./decide.ts";
import { isRefusal } from "./decision.ts";
import { MAX_MILESTONES } from "../events/milestone.ts";
import type { JsonObject } from "../json.ts";

const atWork = (): GivenAgent =>
  givenAgent()
    .started()
    .asked()
    .answered("one", [{ id: "a" }])
    .toolStarted("a");
const reach = (ordinal: number, text: string, data?: JsonObject) =>
  ({
    type: "milestone.reach",
    callId: callId("a"),
    ordinal,
    text,
    ...(data === undefined ? {} : { data }),
  }) as const;

const refusalOf = ({ state, id, now }: GivenAgent, command: AgentCommand) => {
  const decision = decide(state, command, { agentId: id, colonyId: state.record.colonyId, at: now });
  return isRefusal(decision) ? decision : undefined;
};

describe("a milestone", () => {
  it("is recorded with the tool that says so, and the newest one stands in the record", () => {
    const agent = atWork();
    agent.when(reach(1, "half of it", { files: 12 })).when(reach(2, "all of it"));
    expect(agent.events.filter(({ type }) => type === "MILESTONE_REACHED").map(({ data }) => data)).toEqual([
      { callId: "a", ordinal: 1, name: "look", text: "half of it", data: { files: 12 } },
      { callId: "a", ordinal: 2, name: "look", text: "all of it" },
    ]);
    expect(agent.state.record.milestone).toMatchObject({ text: "all of it" });
  });

  it("that a call comes to once more when it is run again is nothing new, whatever it says then", () => {
    const agent = atWork().when(reach(1, "half of it")).when(reach(2, "all of it"));
    const before = agent.state;
    agent.when(reach(1, "half of it again")).when(reach(2, "all of it"));
    expect(agent.state).toEqual(before);
    agent.when(reach(3, "and more"));
    expect(agent.state.record.milestone?.text).toBe("and more");
  });

  it("is kept up to a number for each execution, and the next one is refused with a sentence", () => {
    const agent = atWork();
    for (let ordinal = 1; ordinal <= MAX_MILESTONES; ordinal += 1)
      agent.when(reach(ordinal, `step ${ordinal}`));
    expect(refusalOf(agent, reach(MAX_MILESTONES + 1, "one more"))).toEqual({
      code: "milestone.too_many",
      message:
        "this execution has reached 100 milestones, and no more than 100 are kept; tell what comes often by progress instead",
    });
    expect(refusalOf(agent, reach(1, "step 1"))).toBeUndefined();
  });

  it.each([
    ["", undefined, 'the text of a milestone is ""; give what was reached, in 1 to 1000 characters'],
    ["  ", undefined, 'the text of a milestone is "  "; give what was reached, in 1 to 1000 characters'],
    [7, undefined, "the text of a milestone is 7; give what was reached, in 1 to 1000 characters"],
    [
      "x".repeat(1_001),
      undefined,
      "the text of a milestone has 1001 characters; give at most 1000, and the rest as data",
    ],
    [
      "x",
      [1],
      "the data of a milestone is a list; give an object that is plain JSON, at most 200 levels deep, or leave it out",
    ],
    [
      "x",
      { text: "y".repeat(10_000) },
      "the data of a milestone has 10011 characters as JSON; give at most 10000",
    ],
  ])("%j with %j is refused: %s", (text, data, message) => {
    const wrong = { ...reach(1, "x"), text, ...(data === undefined ? {} : { data }) } as ReturnType<
      typeof reach
    >;
    expect(refusalOf(atWork(), wrong)).toEqual({ code: "milestone.invalid", message });
  });

  it("of a call that is not under way is refused", () => {
    const agent = atWork().toolDone("a");
    expect(refusalOf(agent, reach(1, "late"))?.code).toBe("tool_call.not_open");
  });
});
