import { createGate, createManualClock, createScriptedModel, type ScriptedTurn } from "@colony/testkit";
import { defineTool, type ToolContext } from "@colony/core";
import { createMemoryLog } from "@colony/eventbus";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineWorker, type WorkerOptions } from "../definition.ts";
import { TestColony } from "../testing/test-colony.ts";

const NEVER = createGate().opened;
const STALL_MS = 60_000;
const WIDE = { softWallMs: 3_600_000, hardWallMs: 3_700_000, stallMs: STALL_MS };

const calling: ScriptedTurn = { toolCalls: [{ id: "a", name: "brood", input: {} }] };

/** A tool that does what it is told, for an hour if need be. */
const brood = (run: (context: ToolContext) => Promise<string>) =>
  defineTool({
    name: "brood",
    description: "broods",
    input: z.object({}),
    effect: "once",
    timeoutMs: 3_600_000,
    run: (_input, context) => run(context),
  });

async function begun(turns: readonly ScriptedTurn[], options: Partial<WorkerOptions> = {}) {
  const definition = defineWorker({ model: createScriptedModel([...turns]), limits: WIDE, ...options });
  const colony = await TestColony.open({ definition });
  await colony.spawn();
  const running = colony.run();
  await colony.settled();
  return { colony, running };
}

describe("an execution that gets nothing done", () => {
  test("because its model is silent is given up as stalled, with a partial report that says of what nothing was heard", async () => {
    const { colony, running } = await begun([{ text: "x", before: NEVER, abort: "deaf" }]);
    await colony.clock.advance(STALL_MS - 1);
    expect(colony.of("EXECUTION_FAILED")).toEqual([]);
    await colony.clock.advance(1);
    await running;
    expect(colony.report()).toMatchObject({
      status: "partial",
      cause: "stalled",
      explicit: false,
      error: {
        code: "execution.stalled",
        message: 'nothing was heard of "scripted/test" for 60 seconds, so the execution was given up',
      },
    });
    expect(colony.clock.pending()).toBe(0);
    await colony[Symbol.asyncDispose]();
  });

  test("because a tool hangs is given up all the same, and says that nobody knows what became of the call", async () => {
    const { colony, running } = await begun([calling], { tools: [brood(async () => NEVER.then(() => ""))] });
    await colony.clock.advance(STALL_MS);
    await running;
    expect(colony.report()).toMatchObject({
      cause: "stalled",
      error: { message: 'nothing was heard of "brood" for 60 seconds, so the execution was given up' },
    });
    expect(colony.of("TOOL_OUTCOME_UNKNOWN")).toHaveLength(1);
    await colony[Symbol.asyncDispose]();
  });

  test("has not stalled while its model goes on saying something, or its tool says that it gets on", async () => {
    let context: ToolContext | undefined;
    const gate = createGate();
    const { colony, running } = await begun([calling, { text: "done" }], {
      tools: [
        brood(async (given) => {
          context = given;
          await gate.opened;
          return "brooded";
        }),
      ],
    });
    for (let minutes = 0; minutes < 10; minutes += 1) {
      await colony.clock.advance(STALL_MS - 1);
      context?.progress(`minute ${minutes}`);
    }
    gate.open();
    await running;
    expect(colony.report()).toMatchObject({ status: "success", summary: "done" });
    await colony[Symbol.asyncDispose]();
  });

  test("is given up that long after its model's last word", async () => {
    const { colony, running } = await begun([{ text: ["one", "two"], during: NEVER, abort: "deaf" }], {
      timeouts: { idleMs: 3_000_000 },
    });
    await colony.clock.advance(STALL_MS);
    await running;
    expect(colony.report()).toMatchObject({ status: "partial", cause: "stalled" });
    await colony[Symbol.asyncDispose]();
  });

  test("is not held to have stalled by a wait for the next try of its model", async () => {
    const failing = { throws: Object.assign(new Error("slow down"), { statusCode: 429 }) };
    const { colony, running } = await begun([failing, failing, failing, failing, { text: "done" }], {
      limits: { ...WIDE, stallMs: 5_000 },
    });
    await colony.clock.advance(60_000);
    await running;
    expect(colony.of("MODEL_RETRY_SCHEDULED").length).toBeGreaterThan(3);
    expect(colony.report()).toMatchObject({ status: "success" });
    await colony[Symbol.asyncDispose]();
  });

  test("has not stalled in the time in which no host lived", async () => {
    const [log, manualClock] = [createMemoryLog(), createManualClock({ now: 1_000_000 })];
    const definition = defineWorker({
      model: createScriptedModel([
        { text: "x", before: NEVER },
        { text: "x", before: NEVER },
      ]),
      limits: WIDE,
    });
    const first = await TestColony.open({ definition, log, manualClock });
    await first.spawn();
    const dead = new AbortController();
    void first.run(undefined, dead.signal);
    await first.settled();
    await manualClock.advance(STALL_MS - 1);
    // It is not told to stop: its process is killed, and nothing of it has any effect any more.
    const second = await TestColony.open({ definition, log, manualClock: later(manualClock, 3_600_000) });
    const running = second.run();
    await second.settled();
    await second.clock.advance(STALL_MS - 1);
    expect(second.of("EXECUTION_FAILED")).toEqual([]);
    await second.clock.advance(1);
    await running;
    expect(second.report()).toMatchObject({ cause: "stalled" });
    dead.abort();
  });
});

/** The clock of a process that is started so much later. */
function later(clock: ReturnType<typeof createManualClock>, ms: number): typeof clock {
  return createManualClock({ now: clock.now() + ms });
}

describe("how long a worker may get nothing done", () => {
  test("is by default a minute longer than the longest wait that has a bound of its own", () => {
    const model = createScriptedModel([]);
    expect(defineWorker({ model }).limits.stallMs).toBe(660_000);
    expect(defineWorker({ model, timeouts: { firstTokenMs: 5_000 } }).limits.stallMs).toBe(180_000);
    const slow = brood(async () => await Promise.resolve(""));
    expect(defineWorker({ model, tools: [slow] }).limits.stallMs).toBe(3_660_000);
    expect(defineWorker({ model, limits: { stallMs: 7_000 } }).limits.stallMs).toBe(7_000);
  });

  test("is refused where it is none", () => {
    const model = createScriptedModel([]);
    expect(() => defineWorker({ model, limits: { stallMs: 0 } })).toThrow(
      `limit stallMs is 0; it must be a number from 1 to ${Number.MAX_SAFE_INTEGER}`,
    );
  });
});
