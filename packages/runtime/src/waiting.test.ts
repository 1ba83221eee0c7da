import { SILENT_LOGGER } from "@colony/core";
import { createGate, createManualClock, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, describe, expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";

const LONG_MS = 2 ** 31;
const MANY = 100;

const opened: Colony[] = [];
afterEach(async () => {
  for (const colony of opened.splice(0)) await colony.close();
});

async function open() {
  const clock = createManualClock();
  const gate = createGate();
  const answer = () => ({ text: "done", before: gate.opened });
  const colony = await openColony({
    dir: "memory",
    clock,
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(answer) },
    workers: {
      helper: defineWorker({
        model: createScriptedModel(answer),
        limits: { softWallMs: 4 * LONG_MS, hardWallMs: 8 * LONG_MS, stallMs: 8 * LONG_MS },
        timeouts: { firstTokenMs: 8 * LONG_MS },
      }),
    },
    limits: { concurrency: MANY },
  });
  opened.push(colony);
  return { colony, clock, gate };
}

describe("waiting for an event or a report", () => {
  it.each([Number.NaN, -1, "5", null, {}])("for %s ms is refused in words", async (wrong) => {
    const { colony, gate } = await open();
    const worker = await colony.spawn("helper", { task: "t" });
    const options = { timeoutMs: wrong as number };
    await expect(colony.waitFor({}, options)).rejects.toMatchObject({ code: "usage.invalid" });
    await expect(worker.report(options)).rejects.toMatchObject({ code: "usage.invalid" });
    gate.open();
    await worker.report();
  });

  it.each([LONG_MS, 2 * LONG_MS, Number.POSITIVE_INFINITY])(
    "for %s ms goes on for as long",
    async (timeoutMs) => {
      const { colony, clock, gate } = await open();
      const worker = await colony.spawn("helper", { task: "t" });
      const waits = [
        colony.waitFor({ types: ["SUBAGENT_REPORT"] }, { timeoutMs }),
        worker.report({ timeoutMs }),
      ];
      let isOver = false;
      for (const each of waits) void each.finally(() => (isOver = true));
      await clock.advance(LONG_MS - 1);
      expect(isOver).toBe(false);
      gate.open();
      expect(await Promise.all(waits)).toMatchObject([{ type: "SUBAGENT_REPORT" }, { status: "success" }]);
    },
  );
});

it("replies that are waited for are told by one listener, whenever they are asked for, and none of them reads the log", async () => {
  const { colony, gate } = await open();
  const { subscribers: idle } = colony.stats();
  const first = await colony.inject("say something");
  await new Promise(setImmediate);
  const { subscribers: atWork } = colony.stats();
  const receipts = await Promise.all(
    Array.from({ length: MANY }, (_, index) => colony.inject(`say ${index}`, { idempotencyKey: `${index}` })),
  );
  const replies = receipts.slice(0, MANY / 2).map((receipt) => receipt.reply());
  await new Promise(setImmediate);
  expect(colony.stats()).toMatchObject({ subscribers: atWork, waitingFeeds: 0 });
  gate.open();
  expect(await first.reply()).toBe("done");
  expect(new Set(await Promise.all(replies))).toEqual(new Set(["done"]));
  for (const receipt of receipts) expect(await receipt.reply()).toBe("done");
  const again = await Promise.all(
    receipts.map((_, index) => colony.inject(`say ${index}`, { idempotencyKey: `${index}` })),
  );
  expect(again.map(({ inputId, seq }) => [inputId, seq])).toEqual(
    receipts.map(({ inputId, seq }) => [inputId, seq]),
  );
  const outcomes = await Promise.all(again.map((receipt) => receipt.outcome()));
  expect(outcomes).toEqual(await Promise.all(receipts.map((receipt) => receipt.outcome())));
  expect(colony.stats()).toMatchObject({ subscribers: idle, waitingFeeds: 0 });
});
