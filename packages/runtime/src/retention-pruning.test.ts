import { BudgetBook, DEFAULT_WORKER_LIMITS, agentId, inputId, type AgentCommand } from "@colony/core";
import { Ledger, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { finishPruning } from "./retention-pruning.ts";

it("what is recorded to be pruned of one that has gone on since is not removed", async () => {
  const log = createMemoryLog();
  const clock = createManualClock();
  const open = () => Ledger.open({ log, snapshots: createMemorySnapshotStore(), clock });
  const ledger = await open();
  const id = agentId("w-1");
  const data = {
    kind: "worker",
    lifetime: "persistent",
    parentId: null,
    depth: 1,
    definitionId: "d",
    name: null,
    label: null,
    task: null,
    batch: null,
    priority: 0,
    limits: DEFAULT_WORKER_LIMITS,
    reportSchema: null,
  } as const;
  const heard: AgentCommand = {
    type: "input.receive",
    inputId: inputId("i"),
    kind: "chat",
    mode: "queue",
    from: "user",
    text: "kept",
  };
  const close: AgentCommand = { type: "agent.close", cause: "closed", keepsInbox: true };
  await ledger.require(id, [{ type: "agent.spawn", data }, heard, close]);
  const version = ledger.index.get(id)?.version ?? 0;
  await ledger.require(id, [{ type: "agent.reopen", by: "user" }, close]);
  await ledger.executeColony({
    type: "history.prune",
    agents: [{ agentId: id, version }],
    closedBefore: 1,
    events: 1,
    sizeBytes: 1,
    upTo: 0,
    totals: new BudgetBook(() => undefined).state,
  });
  const again = await open();
  expect(again.colony.pruned).toHaveLength(1);
  const before = log.events().length;
  await finishPruning({ ledger: again, log });
  expect(log.events()).toHaveLength(before);
  expect((await again.load(id))?.inbox.map(({ text }) => text)).toEqual(["kept"]);
});
