import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";

const atWork = () => givenAgent({ lifetime: "persistent" }).started().asked();

/** What is recorded of the call that is called off now. */
const calledOff = (agent: ReturnType<typeof givenAgent>) => {
  const callId = agent.state.execution?.modelCall?.callId;
  if (callId === undefined) throw new Error("it is not asking its model");
  agent.when({ type: "model.lose", callId, calledOff: true });
  const failed = agent.events.findLast(({ type }) => type === "MODEL_CALL_FAILED");
  if (failed?.type !== "MODEL_CALL_FAILED") throw new Error("nothing was recorded");
  const { error, retryable, lost } = failed.data;
  return [error.code, error.message, retryable, lost];
};

describe("a model call that was called off says what for", () => {
  const cancel = { type: "execution.cancel", cause: "user", by: "user" } as const;

  it.each([
    [{ reason: null }, "the execution was cancelled"],
    [{ reason: "enough" }, "the execution was cancelled (enough)"],
    [{ reason: "enough", close: true }, "the agent was stopped (enough)"],
    [{ reason: null, close: true, keepsInbox: true }, "the agent was closed"],
  ] as const)("a cancel: %j", (how, why) => {
    const agent = atWork().when({ ...cancel, ...how });
    expect(calledOff(agent)).toEqual(["execution.cancelled", `the call was called off: ${why}`, false, true]);
  });

  it("the end of its time", () => {
    const agent = atWork();
    agent.wait(agent.state.limits.hardWallMs);
    expect(calledOff(agent)).toEqual([
      "execution.failed",
      "the call was called off: the execution has used up its time",
      false,
      true,
    ]);
  });

  it("an input that interrupts, and nothing where nothing stands in its way any more", () => {
    const interrupted = atWork().input("first this", "interrupt");
    expect(calledOff(interrupted)).toEqual([
      "wait.aborted",
      "the call was called off: something that came in goes before it",
      true,
      true,
    ]);
    expect(calledOff(atWork())).toEqual([
      "wait.aborted",
      "the call was called off: nothing waits for it any more",
      true,
      true,
    ]);
  });
});
