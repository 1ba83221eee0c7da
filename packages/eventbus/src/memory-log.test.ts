import { agentId, inputId, type Append, type ColonyEvent } from "@colony/core";
import { eventLogContract, eventPruningContract } from "@colony/testkit/contracts";
import { expect, it } from "vitest";
import { createMemoryLog } from "./memory-log.ts";

async function open() {
  let log = createMemoryLog();
  return {
    log,
    reopen: async () => (log = createMemoryLog({ from: log.events() })),
    dispose: async () => undefined,
  };
}

eventLogContract("the memory log", open);
eventLogContract("the memory log", open, { reopenAfterEveryWrite: true });
eventPruningContract("the memory log", open);
eventPruningContract("the memory log", open, { reopenAfterEveryWrite: true });

const append = (agent: string, text: string): Append => ({
  agentId: agentId(agent),
  expectedVersion: 0,
  events: [
    {
      type: "INPUT_RECEIVED",
      data: { inputId: inputId("i"), kind: "chat", mode: "queue", from: "user", text },
    },
  ],
  at: 1,
});

it("a listener that throws harms neither the appends nor the other listeners", async () => {
  const log = createMemoryLog();
  const thrown: unknown[] = [];
  const told: ColonyEvent[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.once("uncaughtException", (error) => thrown.push(error));
  try {
    log.onAppended(() => {
      throw new Error("a bug");
    });
    log.onAppended((events) => void told.push(...events));
    await log.append(append("w-1", "a"));
    await new Promise(setImmediate);
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  }
  expect(told).toHaveLength(1);
  expect(thrown).toEqual([new Error("a bug")]);
});

it("appends of one tick are told in one call", async () => {
  const log = createMemoryLog();
  const sizes: number[] = [];
  log.onAppended((events) => void sizes.push(events.length));
  await Promise.all(["a", "b", "c"].map((agent) => log.append(append(agent, "x"))));
  expect(sizes).toEqual([3]);
});

it("an append that cannot be recorded fails alone", async () => {
  const log = createMemoryLog();
  const broken = { ...append("a", "x"), events: [undefined as never] };
  const outcomes = await Promise.allSettled([log.append(broken), log.append(append("b", "y"))]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(log.events().map(({ agentId: agent, seq }) => [agent, seq])).toEqual([["b", 1]]);
});
