import { givenAgent, type GivenCall } from "@colony/testkit";
import { describe, expect, it } from "vitest";

const asked = (...calls: readonly GivenCall[]) => {
  const agent = givenAgent().started().asked().answered("", calls);
  return callsOf(agent);
};

const callsOf = (agent: ReturnType<typeof givenAgent>) =>
  agent.state.conversation.flatMap((entry) =>
    entry.role === "assistant" ? entry.calls.map(({ callId, name, input }) => [callId, name, input]) : [],
  );

const pay = { id: "pay", name: "charge", input: { sum: 100, of: ["a"] } };

describe("a call that is said again in the same answer", () => {
  it("is recorded once, however its input is ordered", () => {
    const again = { ...pay, input: { of: ["a"], sum: 100 } };
    expect(asked(pay, again, { ...pay, id: "other" }, pay)).toEqual([
      ["pay", "charge", pay.input],
      ["other", "charge", pay.input],
    ]);
  });

  it("is another call where its tool or its input differs, and where it has no id", () => {
    const more = { ...pay, input: { sum: 200 } };
    const refund = { ...pay, name: "refund" };
    const nameless = { ...pay, id: "" };
    expect(asked(pay, more, refund, more, nameless, nameless)).toEqual([
      ["pay", "charge", pay.input],
      ["pay-2", "charge", more.input],
      ["pay-3", "refund", pay.input],
      ["call", "charge", pay.input],
      ["call-2", "charge", pay.input],
    ]);
  });

  it("is once in that answer too where an earlier answer had its id", () => {
    const agent = givenAgent().started().asked().answered("", [pay]).toolDone("pay").asked();
    agent.answered("", [pay, pay]);
    expect(callsOf(agent).map(([id]) => id)).toEqual(["pay", "pay-2"]);
  });
});
