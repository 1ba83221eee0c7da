import {
  COLONY_STREAM,
  SILENT_LOGGER,
  agentId,
  colonyId,
  type AgentState,
  type JsonValue,
  type Snapshot,
} from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import { input, spawn } from "./testing/commands.ts";

const w = agentId("w-1");

const stateOf = ({ state }: Snapshot): AgentState => state as unknown as AgentState;
const asJson = (state: object): JsonValue => state as JsonValue;

async function open(log: MemoryLog, snapshots = createMemorySnapshotStore()) {
  const reasons: unknown[] = [];
  const logger = { ...SILENT_LOGGER, warn: (about: object) => void reasons.push(about) };
  return { ledger: await Ledger.open({ log, clock: createManualClock(), snapshots, logger }), reasons };
}

it.each<[string, string, (snapshots: readonly Snapshot[]) => readonly Snapshot[]]>([
  [
    "without the colony",
    "the colony itself is missing from it",
    (all) => all.filter(({ agentId: id }) => id !== COLONY_STREAM),
  ],
  [
    "with somebody of another colony",
    'the snapshot of "w-1" is damaged',
    (all) =>
      all.map((each) => {
        if (each.agentId !== w) return each;
        const record = { ...stateOf(each).record, colonyId: colonyId("another") };
        return { ...each, state: asJson({ ...stateOf(each), record }) };
      }),
  ],
  [
    "with nothing but the record of somebody who is open",
    'the snapshot of "w-1" is damaged',
    (all) =>
      all.map((each) =>
        each.agentId === w ? { ...each, state: asJson({ record: stateOf(each).record }) } : each,
      ),
  ],
])("a checkpoint %s is not built upon", async (_what, reason, damaged) => {
  const log = createMemoryLog();
  const whole = createMemorySnapshotStore();
  const { ledger } = await open(log, whole);
  await ledger.executeColony({ type: "dispatch.block", owner: "x", reason: "r" });
  await ledger.require(w, [spawn(), input("heard")]);
  await ledger.close();
  const store = createMemorySnapshotStore();
  await store.save(damaged(await whole.list("all")), await whole.completeTo());
  const again = await open(log, store);
  expect(again.reasons).toEqual([{ reason }]);
  expect(again.ledger.colony.blocks).toHaveLength(1);
  expect(again.ledger.peek(w)?.inbox.map(({ text }) => text)).toEqual(["heard"]);
});
