import { agentId, type EventLog } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import { input, spawn } from "./testing/commands.ts";

const w = agentId("w-1");
const block = (owner: string) => ({ type: "dispatch.block", owner, reason: "stop" }) as const;

const opened = async (log: EventLog, gaps?: "allowed"): Promise<Ledger> =>
  await Ledger.open({
    log,
    snapshots: createMemorySnapshotStore(),
    clock: createManualClock(),
    ...(gaps === undefined ? {} : { gaps }),
  });

/** A log of one agent and the colony, as it reads once some of its events are lost. */
async function lossy(lost: readonly number[]): Promise<EventLog> {
  const log = createMemoryLog();
  const ledger = await opened(log);
  await ledger.executeColony(block("a"));
  await ledger.execute(w, [spawn()]);
  await ledger.execute(w, [input("one")]);
  await ledger.execute(w, [input("two")]);
  await ledger.executeColony(block("b"));
  await ledger.close();
  return {
    ...log,
    read: async (read) => (await log.read(read)).filter(({ seq }) => !lost.includes(seq)),
  };
}

it.each([
  [
    "the beginning of an agent",
    [2],
    /^event 3 is version 2 of the stream "w-1", and before it stands version 0/,
  ],
  [
    "the middle of an agent",
    [3],
    /^event 4 is version 3 of the stream "w-1", and before it stands version 1/,
  ],
  [
    "an event of the colony",
    [1],
    /^event 5 is version 2 of the stream "colony", and before it stands version 0/,
  ],
])(
  "where %s is missing nothing is decided, and what is there can be looked at",
  async (_what, lost, words) => {
    const log = await lossy(lost);
    await expect(opened(log)).rejects.toMatchObject({
      code: "log.corrupt",
      message: expect.stringMatching(words) as unknown,
    });
    const looking = await opened(log, "allowed");
    expect(looking.colony.blocks.length + (looking.peek(w)?.inbox.length ?? 0)).toBeGreaterThan(1);
    await looking.close();
  },
);

it("a log that has everything is not in anybody's way", async () => {
  const ledger = await opened(await lossy([]));
  expect(ledger.peek(w)?.inbox).toHaveLength(2);
  await ledger.close();
});
