import { agentId, type AgentCommand } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import { spawn } from "./testing/commands.ts";

const [parent, child] = [agentId("w-1"), agentId("w-2")];
const close: AgentCommand = { type: "agent.close", cause: "user" };

it("mail for one who was closed by the checkpoint counts as unread, as it does in the log", async () => {
  const log = createMemoryLog();
  const snapshots = createMemorySnapshotStore();
  const clock = createManualClock();
  const first = await Ledger.open({ log, snapshots, clock });
  await first.require(parent, [spawn(), close]);
  await first.require(child, [spawn({ parentId: parent, lifetime: "ephemeral", task: "do it" })]);
  await first.close();
  const second = await Ledger.open({ log, snapshots, clock });
  await second.require(child, [
    { type: "execution.cancel", cause: "user", by: "user", reason: null, close: true },
  ]);
  expect(second.index.get(parent)).toMatchObject({ status: "closed", pendingInputs: 1 });
  const known = [...second.index.all()];
  const fromCheckpoint = await Ledger.open({ log, snapshots, clock });
  expect([...fromCheckpoint.index.all()]).toEqual(known);
  const fromLog = await Ledger.open({ log, snapshots: createMemorySnapshotStore(), clock });
  expect([...fromLog.index.all()]).toEqual(known);
});
