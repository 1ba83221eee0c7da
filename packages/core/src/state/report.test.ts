import { givenAgent } from "@colony/testkit";
import { expect, it } from "vitest";
import type { Report } from "../events/report.ts";
import { agentId, batchId } from "../ids.ts";
import { NO_USAGE } from "../messages/usage.ts";
import { reportsMessage } from "../messages/reports-message.ts";
import { evolveAgent } from "./evolve-agent.ts";
import type { Fact } from "./fact.ts";

it("a worker of a batch that reports again counts once among those that have reported", () => {
  const { state, id } = givenAgent({ kind: "overseer" });
  const { colonyId } = state.record;
  const worker = agentId("w-1");
  const report: Report = {
    workerId: worker,
    colonyId,
    parentId: id,
    definitionId: "coder",
    name: null,
    label: null,
    task: "do it",
    status: "success",
    cause: "finished",
    summary: "done",
    data: null,
    error: null,
    durationMs: 1,
    usage: NO_USAGE,
    toolCalls: 0,
    artifacts: [],
    explicit: false,
    batch: { id: batchId("b"), index: 0, size: 3 },
  };
  const told = (version: number): Fact => ({
    type: "SUBAGENT_REPORT",
    data: report,
    agentId: worker,
    colonyId,
    version,
    at: 1,
  });
  const { inbox = [], reported = {} } = evolveAgent(state, [told(7), told(9)]) ?? {};
  expect(inbox).toHaveLength(2);
  expect(reported).toEqual({ "b:b": [worker] });
  expect(reportsMessage(inbox, reported).text).toContain('remaining="2"');
});
