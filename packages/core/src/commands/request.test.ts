import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";

const [one, two, three] = [callId("c1"), callId("c2"), callId("c3")];

describe("a question", () => {
  const asked = () =>
    givenAgent()
      .started()
      .asked()
      .answered("one moment", [{ id: one, name: "ask" }])
      .when({
        type: "question.ask",
        callId: one,
        questions: [{ id: "q1", text: "May I?", default: "yes" }],
        to: null,
        expiresInMs: 1_000,
      });

  it("does not expire before its time", () => {
    const agent = asked().wait(900).when({ type: "question.expire", callId: one });
    expect(agent.types).not.toContain("QUESTION_ANSWERED");
    expect(agent.wait(100).when({ type: "question.expire", callId: one }).types).toContain(
      "QUESTION_ANSWERED",
    );
  });
});

describe("an approval", () => {
  const asked = () =>
    givenAgent()
      .started()
      .asked()
      .answered("one moment", [
        { id: one, name: "pay" },
        { id: two, name: "pay" },
        { id: three, name: "wipe" },
      ])
      .when(
        { type: "approval.request", callId: one },
        { type: "approval.request", callId: two },
        { type: "approval.request", callId: three },
      );
  const approved = { type: "approval.resolve", decision: "approved", by: "user", reason: null } as const;

  it("of a tool for good approves what waits of that tool, and of no other", () => {
    const agent = asked().when({ ...approved, callId: one, always: "worker" });
    const resolved = agent.events.flatMap(({ type, data }) =>
      type === "APPROVAL_RESOLVED" ? [data.callId] : [],
    );
    expect(resolved).toEqual([one, two]);
    expect(agent.tried([{ ...approved, callId: three }])).toBeUndefined();
  });

  it("is not asked for again once it was given", () => {
    const agent = asked().when({ ...approved, callId: one });
    expect(agent.tried([{ type: "approval.request", callId: one }])).toBe("request.not_open");
  });

  it("that is denied has nothing to run with", () => {
    const denied = {
      ...approved,
      decision: "denied",
      callId: one,
      input: { sum: 6 },
      always: "tool",
    } as const;
    const resolved = asked()
      .when(denied)
      .events.find(({ type }) => type === "APPROVAL_RESOLVED");
    expect(resolved?.data).toEqual({
      callId: one,
      name: "pay",
      decision: "denied",
      by: "user",
      reason: null,
    });
  });
});
