import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";

const atWork = (...spawn: Parameters<typeof givenAgent>) =>
  givenAgent(...spawn)
    .started()
    .asked();

describe("the report of a worker that reported itself", () => {
  it.each([
    ["completed", "finished"],
    ["failed", "crash"],
    ["failed", "budget_exhausted"],
    ["timed_out", "timeout"],
    ["lost", "host_lost"],
  ] as const)("is what it said, when its execution ends as %s by %s", (end, cause) => {
    const worker = atWork().reported("success", "half").reported("partial", "most of it").ended(end, cause);
    expect(worker.report).toMatchObject({
      status: "partial",
      summary: "most of it",
      data: { of: "most of it" },
      explicit: true,
      cause,
    });
    expect(worker.state.record.report).toEqual({ status: "partial", explicit: true, summary: "most of it" });
  });

  it("keeps its words when it is cancelled, and is no success any more", () => {
    expect(atWork().reported("success", "done").ended("cancelled", "user").report).toMatchObject({
      status: "cancelled",
      summary: "done",
      data: { of: "done" },
      explicit: true,
    });
  });

  it("keeps the error of the end beside what it said", () => {
    const error = { code: "execution.failed", message: "the host threw" };
    const worker = atWork().reported("success", "done").ended("failed", "crash", error);
    expect(worker.report).toMatchObject({ status: "success", error });
    expect(worker.state.record.execution?.status).toBe("failed");
  });
});

describe("the report of a worker that said nothing", () => {
  it("is partial where its last answer was cut off, and says so", () => {
    const { report } = atWork().answered("Half a sen", [], { finishReason: "length" }).endedAsAsked();
    expect(report).toMatchObject({
      status: "partial",
      summary: "Half a sen",
      error: { code: "model.cut_short" },
    });
  });

  it("is a success with its last answer, when it finished", () => {
    expect(atWork().answered("42").endedAsAsked().report).toMatchObject({
      status: "success",
      cause: "finished",
      summary: "42",
      data: {},
      error: null,
      explicit: false,
      task: "do it",
      toolCalls: 0,
    });
  });

  it("is partial where its definition demands data", () => {
    const worker = atWork({ reportSchema: { type: "object" } });
    expect(worker.answered("42").endedAsAsked().report).toMatchObject({ status: "partial", explicit: false });
  });

  it("is partial with its last words, when a budget is spent", () => {
    const worker = atWork({
      limits: { iterations: 1, toolCalls: 9, softWallMs: 1e6, hardWallMs: 1e6, parallelTools: 1 },
    });
    worker
      .answered("so far: 41", [{ id: "a" }])
      .toolStarted("a")
      .toolDone("a");
    worker
      .when({ type: "execution.wrap_up", limit: "iterations" })
      .asked()
      .answered("it is 41 or 42")
      .endedAsAsked();
    expect(worker.report).toMatchObject({ status: "partial", cause: "budget_exhausted", explicit: false });
    expect(worker.report.summary).toBe(
      "The worker was stopped: the execution used up its model calls. It had said last: it is 41 or 42",
    );
  });

  it("is failed, when the model went on answering with nothing", () => {
    const worker = atWork().failed("model.empty_response", { retryable: false }).endedAsAsked();
    expect(worker.report).toMatchObject({ status: "failed", cause: "empty_response" });
  });

  it("is failed, when an empty answer was recorded as one", () => {
    const worker = atWork()
      .answered("looking", [{ id: "a" }])
      .toolStarted("a")
      .toolDone("a")
      .asked()
      .answered("  ");
    expect(worker.endedAsAsked().report).toMatchObject({
      status: "failed",
      cause: "empty_response",
      explicit: false,
    });
  });

  it.each([
    ["cancelled", "user", "The worker was cancelled by a person."],
    ["timed_out", "timeout", "The worker ran out of time: timeout."],
    ["lost", "host_lost", "The worker was lost: host lost."],
    ["failed", "crash", "The worker failed: crash."],
  ] as const)("says that it %s", (end, cause, summary) => {
    expect(atWork().ended(end, cause).report).toMatchObject({
      status: end,
      cause,
      summary,
      data: {},
      explicit: false,
    });
  });

  it("is sent also where it was cancelled before it ever started", () => {
    const worker = givenAgent().when({
      type: "execution.cancel",
      cause: "parent",
      by: "overseer",
      reason: null,
    });
    expect(worker.types).toEqual([
      "AGENT_SPAWNED",
      "EXECUTION_QUEUED",
      "CANCEL_REQUESTED",
      "EXECUTION_CANCELLED",
      "SUBAGENT_REPORT",
      "AGENT_CLOSED",
    ]);
    expect(worker.report).toMatchObject({ status: "cancelled", durationMs: 0, usage: { modelCalls: 0 } });
    expect(worker.parent?.inbox).toMatchObject([{ kind: "report", mode: "steer", from: "w-1" }]);
  });

  it("says why a worker was cancelled that had never started", () => {
    const cancel = { type: "execution.cancel", cause: "user", by: "user", reason: "not needed" } as const;
    expect(givenAgent().when(cancel).report).toMatchObject({
      summary: "The worker was cancelled: not needed.",
      error: { message: "not needed" },
    });
    expect(givenAgent().when({ ...cancel, reason: null }).report).toMatchObject({
      summary: "The worker was cancelled by a person.",
      error: null,
    });
  });

  it("never takes the seed's last answer for its own", () => {
    const worker = givenAgent().when({
      type: "agent.seed",
      source: "test",
      problems: [],
      messages: [
        { role: "user", origin: "seed", text: "earlier" },
        { role: "assistant", parts: [{ type: "text", text: "an earlier answer" }] },
      ],
    });
    worker.started().asked().ended("lost", "host_lost");
    expect(worker.report.summary).toBe("The worker was lost: host lost.");
  });
});
