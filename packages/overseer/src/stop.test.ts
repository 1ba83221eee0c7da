import { SILENT_LOGGER, agentId, inputId, type Executor } from "@colony/core";
import { EventBus, Ledger, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock, createScriptedModel } from "@colony/testkit";
import { expect, it } from "vitest";
import { defineOverseer } from "./roster.ts";
import { stopAll } from "./stop.ts";
import { Supervisor } from "./supervisor/supervisor.ts";

const OVERSEER = agentId("overseer");

/** An overseer whose executions begin, and end when they are called off. */
async function open() {
  const clock = createManualClock();
  const log = createMemoryLog();
  const ledger = await Ledger.open({ log, snapshots: createMemorySnapshotStore(), clock });
  const bus = new EventBus({ log, clock });
  const executor: Executor = {
    async run(id) {
      const inputIds = ledger.peek(id)?.inbox.map((input) => input.inputId) ?? [];
      await ledger.execute(id, [
        { type: "execution.queue", correlationId: null },
        { type: "execution.start", host: "h" },
        { type: "input.deliver", inputIds },
      ]);
      const asked = Promise.withResolvers<void>();
      const listening = bus.events$({ types: ["CANCEL_REQUESTED"] }).subscribe(() => asked.resolve());
      await asked.promise;
      listening.unsubscribe();
      await ledger.execute(id, [{ type: "execution.end", end: "cancelled", cause: "user", error: null }]);
    },
  };
  const supervisor = new Supervisor({
    ledger,
    bus,
    clock,
    executor,
    logger: SILENT_LOGGER,
    concurrency: 1,
    capOf: () => Number.POSITIVE_INFINITY,
  });
  const limits = defineOverseer({ model: createScriptedModel([]) }).limits;
  await ledger.require(OVERSEER, [
    {
      type: "agent.spawn",
      data: {
        kind: "overseer",
        lifetime: "persistent",
        parentId: null,
        depth: 0,
        definitionId: "overseer",
        name: null,
        label: null,
        task: null,
        batch: null,
        priority: 0,
        limits,
        reportSchema: null,
      },
    },
  ]);
  await supervisor.start();
  const say = async (text: string): Promise<void> => {
    await ledger.require(OVERSEER, [
      { type: "input.receive", inputId: inputId(text), kind: "chat", mode: "queue", from: "user", text },
    ]);
    await clock.advance(0);
  };
  const close = async (): Promise<void> => {
    await supervisor.close();
    await ledger.close();
    bus.close();
  };
  return { ledger, bus, supervisor, clock, say, close };
}

it("a letter's stop that was taken before stops nothing that has begun since", async () => {
  const { say, close, ...deps } = await open();
  const statusOf = () => deps.ledger.index.get(OVERSEER)?.execution?.status;
  await say("hello");
  expect(await stopAll(deps, "lunch", "letter-1")).toEqual([OVERSEER]);
  expect(statusOf()).toBe("cancelled");
  await say("go on");
  expect(statusOf()).toBe("running");
  expect(await stopAll(deps, "lunch", "letter-1")).toEqual([]);
  expect(statusOf()).toBe("running");
  expect(await stopAll(deps, "lunch", "letter-2")).toEqual([OVERSEER]);
  expect(statusOf()).toBe("cancelled");
  await close();
});
