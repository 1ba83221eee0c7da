import { defineTool, type ColonyEvent } from "@colony/core";
import { createGate } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Machine } from "../testing/machine.ts";
import { calls, spawns } from "../testing/said.ts";

const NEVER = createGate().opened;
const refused = Object.assign(new Error("refused"), { statusCode: 400, isRetryable: false });
const never = { text: "never", before: NEVER } as const;
const look = defineTool({
  name: "look",
  description: "looks",
  input: z.object({}),
  effect: "pure",
  run: () => "seen",
});

describe("every end is an event that a waiter sees, and the outcome of the input", () => {
  it.each([
    ["completed", { text: "done" }, undefined, "EXECUTION_COMPLETED", "completed"],
    ["failed by its model", { throws: refused }, undefined, "EXECUTION_FAILED", "failed"],
    ["out of time", never, undefined, "EXECUTION_TIMED_OUT", "timed_out"],
    ["out of calls", calls(["look", {}]), undefined, "EXECUTION_FAILED", "failed"],
    ["empty", { text: "" }, undefined, "EXECUTION_FAILED", "failed"],
    ["cancelled", never, "cancel", "EXECUTION_CANCELLED", "cancelled"],
    ["stopped", never, "stop", "EXECUTION_CANCELLED", "cancelled"],
    ["superseded", never, "interrupt", "EXECUTION_CANCELLED", "cancelled"],
  ] as const)("%s", async (...[, turn, person, type, status]) => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: (_request, index) => (person === "interrupt" && index === 1 ? { text: "done" } : turn),
      overseerOptions: {
        tools: [look],
        limits: { softWallMs: 500_000, hardWallMs: 600_000, iterations: 3 },
      },
    });
    const receipt = await colony.inject("go");
    const seen = colony.waitFor({ types: [type], agentId: receipt.agentId }, { after: receipt.seq });
    await machine.settled();
    if (person === "cancel") await colony.overseer.cancel();
    if (person === "stop") await colony.stop();
    if (person === "interrupt") await colony.inject("no, this", { mode: "interrupt" });
    await machine.later(600_000);
    expect((await seen)?.type).toBe(type);
    expect(await receipt.outcome()).toMatchObject({ status });
  });

  it("also of what never began: a worker in line that is stopped, and mail that came too late", async () => {
    await using machine = new Machine();
    const { colony, worker } = await machine.start({
      overseer: [],
      worker: () => never,
      limits: { concurrency: 1 },
    });
    const running = await colony.spawn("helper", { task: "a" });
    const waiting = await colony.spawn("helper", { task: "b" });
    const mail = await waiting.inject("and this");
    const seen = colony.waitFor({ types: ["SUBAGENT_REPORT"], agentId: waiting.id }, { after: 0 });
    await waiting.stop();
    expect(await seen).toMatchObject({ data: { status: "cancelled" } });
    expect(await mail.outcome()).toMatchObject({ status: "discarded" });
    expect(worker.requests).toHaveLength(1);
    await running.stop();
  });

  it("and the report of a worker stands in the same commit, right after it", async () => {
    await using machine = new Machine();
    const { colony } = await machine.start({
      overseer: (_request, index) => (index === 0 ? spawns("a", "b") : { text: "noted" }),
      worker: (_request, index) => (index === 0 ? { text: "done" } : { throws: refused }),
    });
    const told: (readonly ColonyEvent[])[] = [];
    machine.ground.log.onAppended((events) => told.push(events));
    await (await colony.inject("go")).reply();
    const ends = told.flatMap((events) =>
      events.flatMap((event, index) =>
        /^EXECUTION_(?:COMPLETED|FAILED)$/.test(event.type) && event.agentId !== "overseer"
          ? [events[index + 1]?.type]
          : [],
      ),
    );
    expect(ends).toEqual(["SUBAGENT_REPORT", "SUBAGENT_REPORT"]);
  });
});
