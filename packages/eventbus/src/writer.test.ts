import { ColonyError, agentId, type AgentCommand, type ErrorCode } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import type { Recording } from "./outcome.ts";
import { input, spawn } from "./testing/commands.ts";

const w = agentId("w-1");

/** A ledger whose disk refuses with a code for as long as one is set, and somebody who writes down what is called back. */
async function openLedger() {
  const memory = createMemoryLog();
  const disk: { refuses?: ErrorCode | undefined; how?: "rejects" | "throws" } = {};
  const ledger = await Ledger.open({
    log: {
      ...memory,
      append(append) {
        if (disk.refuses === undefined) return memory.append(append);
        const error = new ColonyError(disk.refuses, "no room");
        if (disk.how === "throws") throw error;
        return Promise.reject(error);
      },
    },
    snapshots: createMemorySnapshotStore(),
    clock: createManualClock({ now: 1_000 }),
  });
  await ledger.execute(w, [spawn()]);
  const told: string[] = [];
  const recording = (name: string): Recording => ({
    onOutcome: (outcome) => {
      const isDurable = outcome.ok && outcome.state === ledger.peek(w);
      const what = outcome.ok ? `${outcome.events.length} events` : outcome.refusal.code;
      told.push(`${name} ${what}${isDurable ? ", durable" : ""}`);
    },
    onFailure: (error) => void told.push(`${name} ${error instanceof ColonyError ? error.code : "broke"}`),
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { ledger, disk, told, recording, settled };
}

const refused: readonly AgentCommand[] = [{ type: "execution.pause", reason: "shutdown" }];

it("whoever is called back hears once what has come of commands: events with the state they led to, nothing, a refusal", async () => {
  const { ledger, told, recording, settled } = await openLedger();
  ledger.record(w, [input("1")], recording("first"));
  ledger.record(w, [input("2"), input("3")], recording("second"));
  ledger.record(w, [], recording("empty"));
  ledger.record(w, refused, recording("refused"));
  expect(told).toEqual([]);
  await settled();
  expect(told.toSorted()).toEqual([
    "empty 0 events, durable",
    "first 1 events, durable",
    "refused execution.not_running",
    "second 2 events, durable",
  ]);
});

it.each(["rejects", "throws"] as const)(
  "whoever is called back hears once that a log %s, and that what was decided upon it could not be written either",
  async (how) => {
    const { ledger, disk, told, recording, settled } = await openLedger();
    disk.how = how;
    disk.refuses = "log.write_failed";
    ledger.record(w, [input("1")], recording("first"));
    ledger.record(w, [], recording("upon it"));
    await settled();
    expect(told.toSorted()).toEqual(["first log.write_failed", "upon it log.write_failed"]);
    expect(ledger.newest(w)).toBe(ledger.peek(w));

    disk.refuses = undefined;
    ledger.record(w, [input("1")], recording("again"));
    await settled();
    expect(told.at(-1)).toBe("again 1 events, durable");
  },
);

it("an agent that is not in memory is read before anything is recorded of it", async () => {
  const { ledger, told, recording, settled } = await openLedger();
  await ledger.execute(w, [{ type: "agent.close", cause: "closed" }]);
  expect(ledger.peek(w)).toBeUndefined();
  ledger.record(w, [{ type: "agent.dismiss", by: "user" }], recording("closed"));
  await settled();
  ledger.record(agentId("w-2"), [input("1")], recording("unknown"));
  await settled();
  expect(told).toEqual(["closed 1 events", "unknown agent.not_found"]);
});
