import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import type { EventOf } from "../events/envelope.ts";
import type { ReportStatus } from "../events/report.ts";
import { MAX_NOTIFY_TRIES, notificationOf, notifyDelayMs } from "./notification.ts";

function reported(data: Partial<EventOf<"SUBAGENT_REPORT">["data"]> = {}): EventOf<"SUBAGENT_REPORT"> {
  const agent = givenAgent({ owner: "ada", definitionId: "researcher", label: "bees" })
    .started()
    .asked()
    .answered("done")
    .ended("completed", "finished");
  const event = agent.events.find(({ type }) => type === "SUBAGENT_REPORT");
  if (event?.type !== "SUBAGENT_REPORT") throw new Error("nothing was reported");
  return { ...event, data: { ...event.data, ...data } };
}

describe("a notification", () => {
  it("says who, how, how long and what, under the id of the report", () => {
    const event = reported({ durationMs: 61_999 });
    expect(notificationOf(event)).toEqual({
      id: event.id,
      colonyId: "history",
      workerId: "w-1",
      name: null,
      label: "bees",
      role: "researcher",
      mark: "ok",
      status: "success",
      seconds: 61,
      text: "done",
      owner: "ada",
    });
  });

  it.each<readonly [ReportStatus, "ok" | "warning"]>([
    ["success", "ok"],
    ["partial", "warning"],
    ["failed", "warning"],
    ["timed_out", "warning"],
    ["lost", "warning"],
  ])("of a report that is %s has the mark %s", (status, mark) => {
    expect(notificationOf(reported({ status }))).toMatchObject({ mark, status });
  });

  it("has the first 200 characters, none of them cut in two", () => {
    expect(notificationOf(reported({ summary: "x".repeat(500) })).text).toBe("x".repeat(200));
    expect(notificationOf(reported({ summary: "\u{1f41d}".repeat(300) })).text).toBe("\u{1f41d}".repeat(200));
  });

  it.each(["", "  \n "])("of a report that says %j says that there is no output", (summary) => {
    expect(notificationOf(reported({ summary })).text).toBe("(no output)");
  });
});

it("waits longer and longer between tries, as long as it was asked to, and comes to an end", () => {
  const waits = Array.from({ length: MAX_NOTIFY_TRIES }, (_, index) => notifyDelayMs(index + 1));
  expect(waits).toEqual([5_000, 20_000, 80_000, 320_000, 1_280_000, 3_600_000, 3_600_000, undefined]);
  expect(notifyDelayMs(1, 60_000)).toBe(60_000);
  expect(notifyDelayMs(1, 1e12)).toBe(86_400_000);
  expect(notifyDelayMs(3, 1_000)).toBe(80_000);
});
