import {
  COLONY_STREAM,
  ColonyError,
  agentId,
  type ColonyEvent,
  type ErrorCode,
  type Logger,
} from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import type { StorageState } from "./outage.ts";
import { input, spawn } from "./testing/commands.ts";

const w = agentId("w-1");

/** A ledger whose disk refuses with a code for as long as one is set. */
async function openLedger() {
  const memory = createMemoryLog();
  const disk: { refuses?: ErrorCode | undefined } = {};
  const clock = createManualClock({ now: 1_000 });
  const logged: string[] = [];
  const note = (_data: object, message: string): void => void logged.push(message);
  const logger: Logger = { debug: note, info: note, warn: note, error: note, child: () => logger };
  const ledger = await Ledger.open({
    log: {
      ...memory,
      async append(append) {
        if (disk.refuses !== undefined) throw new ColonyError(disk.refuses, "no room");
        return await memory.append(append);
      },
    },
    snapshots: createMemorySnapshotStore(),
    clock,
    logger,
  });
  await ledger.execute(w, [spawn()]);
  const recorded = (): readonly ColonyEvent[] =>
    memory.events().filter(({ type }) => type === "STORAGE_FAILED");
  return { ledger, disk, clock, recorded, logged };
}

it("what the disk has refused is recorded once it takes something again, as one fact", async () => {
  const { ledger, disk, clock, recorded } = await openLedger();
  disk.refuses = "log.write_failed";
  for (const text of ["1", "2"]) {
    await expect(ledger.execute(w, [input(text)])).rejects.toMatchObject({ code: "log.write_failed" });
    await clock.advance(500);
  }
  const block = { type: "dispatch.block", owner: "person", reason: "stop" } as const;
  await expect(ledger.executeColony(block)).rejects.toMatchObject({ code: "log.write_failed" });
  expect(recorded()).toEqual([]);
  disk.refuses = undefined;
  await ledger.execute(w, [input("3")]);
  await clock.advance(0);
  await ledger.execute(w, [input("4")]);
  await clock.advance(0);
  expect(recorded()).toMatchObject([
    {
      agentId: COLONY_STREAM,
      data: { code: "log.write_failed", message: "no room", since: 1_000, refused: 3 },
    },
  ]);
  expect(ledger.colony.version).toBe(recorded()[0]?.version);
  await ledger.executeColony(block);
  expect(ledger.colony.blocks).toHaveLength(1);
});

it("where that cannot be recorded either it is not forgotten", async () => {
  const { ledger, disk, clock, recorded } = await openLedger();
  disk.refuses = "log.gone";
  await expect(ledger.execute(w, [input("1")])).rejects.toMatchObject({ code: "log.gone" });
  disk.refuses = undefined;
  const taken = ledger.execute(w, [input("2")]);
  disk.refuses = "log.write_failed";
  await taken;
  await clock.advance(0);
  expect(recorded()).toEqual([]);
  disk.refuses = undefined;
  await ledger.execute(w, [input("3")]);
  await clock.advance(0);
  expect(recorded()).toMatchObject([{ data: { since: 1_000, refused: 2 } }]);
});

it("what the disk does is told and logged once when it begins to refuse, and once when it is over", async () => {
  const { ledger, disk, clock, logged } = await openLedger();
  const told: StorageState[] = [];
  ledger.storage.changes$.subscribe((state) => void told.push(state));
  const read = ledger.storage.changes$[Symbol.asyncIterator]();
  expect(ledger.storage.state).toEqual({ status: "writable" });
  disk.refuses = "log.write_failed";
  const next = read.next();
  for (const text of ["1", "2", "3"])
    await expect(ledger.execute(w, [input(text)])).rejects.toMatchObject({ code: "log.write_failed" });
  const failing = { status: "failing", code: "log.write_failed", message: "no room", since: 1_000 };
  expect(told).toEqual([failing]);
  expect(ledger.storage.state).toEqual(failing);
  expect(await next).toEqual({ done: false, value: failing });
  disk.refuses = undefined;
  await ledger.execute(w, [input("4")]);
  await clock.advance(0);
  expect(told).toEqual([failing, { status: "writable" }]);
  expect(await read.next()).toEqual({ done: false, value: { status: "writable" } });
  expect(logged).toEqual(["log not written, what is under way waits for it", "log written again"]);
  const last = read.next();
  await ledger.close();
  expect(await last).toEqual({ done: true, value: undefined });
});

it("a conflict is no fault of the disk", async () => {
  const { ledger, disk, clock, recorded } = await openLedger();
  disk.refuses = "log.conflict";
  await expect(ledger.execute(w, [input("1")])).rejects.toMatchObject({ code: "log.conflict" });
  disk.refuses = undefined;
  await ledger.execute(w, [input("2")]);
  await clock.advance(0);
  expect(recorded()).toEqual([]);
});
