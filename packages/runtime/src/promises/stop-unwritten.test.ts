import {
  ColonyError,
  defineTool,
  type Append,
  type ColonyEvent,
  type ErrorCode,
  type EventType,
  type Logger,
} from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { checkPromises, createGate, createManualClock, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import type { ColonyOptions } from "../options.ts";

const NEVER = createGate().opened;

interface Disk {
  refuses: ErrorCode | undefined;
  /** What it has refused. */
  tries: number;
  /** Whether there is no more room after this. */
  isLast: (append: Append) => boolean;
}

/** A colony in memory whose disk refuses for as long as a code is set, with workers whose first model call never ends. */
async function open({
  abort = "aware",
  lifetime = "ephemeral",
  concurrency = 50,
  definitions = {},
}: {
  readonly abort?: "aware" | "deaf";
  readonly lifetime?: "ephemeral" | "persistent";
  readonly concurrency?: number;
  readonly definitions?: ColonyOptions["workers"];
} = {}) {
  const memory = createMemoryLog();
  const disk: Disk = { refuses: undefined, tries: 0, isLast: () => false };
  const clock = createManualClock();
  const model = createScriptedModel(() => ({ text: "so far", during: NEVER, abort }));
  const toolSignals: AbortSignal[] = [];
  const wait = defineTool({
    name: "wait",
    description: "Waits.",
    input: z.object({}),
    run: async (_input, { signal }) => {
      toolSignals.push(signal);
      await NEVER;
    },
  });
  const calling = createScriptedModel(() => ({ toolCalls: [{ name: "wait", input: {} }] }));
  const overseer = createScriptedModel(() => ({ text: "heard" }));
  const logged: string[] = [];
  const at = (_data: object, message: string): void => void logged.push(message);
  const logger: Logger = { debug: at, info: at, warn: at, error: at, child: () => logger };
  const store = {
    log: {
      ...memory,
      append: async (append: Append) => {
        if (disk.refuses !== undefined) {
          disk.tries += 1;
          throw new ColonyError(disk.refuses, "database or disk is full; nothing was stored.");
        }
        if (disk.isLast(append)) disk.refuses = "log.write_failed";
        return await memory.append(append);
      },
    },
    snapshots: createMemorySnapshotStore(),
    blobs: createMemoryBlobStore(),
  };
  const options = {
    store,
    clock,
    logger,
    limits: { concurrency, shutdownGraceMs: 0 },
    overseer: { model: overseer },
    workers: {
      helper: defineWorker({ model, lifetime }),
      caller: defineWorker({ model: calling, tools: [wait] }),
      ...definitions,
    },
  };
  const colony = await openColony(options);
  const types = (): readonly EventType[] => memory.events().map(({ type }) => type);
  const of = (type: EventType): readonly ColonyEvent[] =>
    memory.events().filter((event) => event.type === type);
  const settled = async (): Promise<void> => {
    for (let turns = 0; turns < 5; turns += 1) await clock.advance(0);
  };
  return {
    colony,
    options,
    memory,
    disk,
    clock,
    model,
    calling,
    overseer,
    toolSignals,
    logged,
    types,
    of,
    settled,
  };
}

const refusal = async (work: Promise<unknown>): Promise<ColonyError> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof ColonyError) return error;
    throw error;
  }
  throw new Error("it was not refused");
};

describe("a stop that the disk refuses", () => {
  it.each(["aware", "deaf"] as const)(
    "aborts model calls (%s) and tools at once, and is stored as soon as there is room, before anything else",
    async (abort) => {
      const { colony, memory, disk, clock, model, calling, toolSignals, types, of, settled } = await open({
        abort,
      });
      const workers = [
        await colony.spawn("helper", { task: "a" }),
        await colony.spawn("caller", { task: "b" }),
      ];
      await settled();
      disk.refuses = "log.write_failed";
      const head = colony.head();
      const refused = await refusal(colony.stop({ reason: "enough" }));
      expect(refused).toMatchObject({ code: "log.write_failed", details: { kept: true } });
      expect(refused.message).toBe(
        "everything that was at work was called off here at once, but that could not be stored: database or disk is full; nothing was stored. It is stored as soon as the log can be written, and nothing of it begins before; should this process end first, it goes on when the colony is next opened.",
      );
      await settled();
      expect(model.requests[0]?.abortSignal?.aborted).toBe(true);
      expect(toolSignals.map(({ aborted }) => aborted)).toEqual([true]);
      await clock.advance(120_000);
      expect(colony.head()).toBe(head);
      const asked = [model.requests.length, calling.requests.length];
      disk.refuses = undefined;
      await clock.advance(1_000);
      await colony.idle();
      const after = types().slice(head);
      expect(after[0]).toBe("DISPATCH_BLOCKED");
      expect(after.filter((type) => type === "CANCEL_REQUESTED")).toHaveLength(2);
      expect(after).not.toContain("MODEL_CALL_STARTED");
      expect([model.requests.length, calling.requests.length]).toEqual(asked);
      expect(workers.map(({ record }) => record.execution?.status)).toEqual(["cancelled", "cancelled"]);
      expect(of("SUBAGENT_REPORT")).toHaveLength(2);
      expect(checkPromises(memory.events())).toEqual([]);
      await colony.close();
      expect(clock.pending()).toBe(0);
    },
  );

  it("comes before what a person says next, which is refused until it is stored, and starts everything again", async () => {
    const { colony, disk, of, settled } = await open();
    await colony.spawn("helper", { task: "a" });
    await settled();
    disk.refuses = "log.gone";
    await refusal(colony.stop());
    expect(await refusal(colony.inject("too early"))).toMatchObject({ code: "log.gone" });
    expect(await refusal(colony.spawn("helper", { task: "too early" }))).toMatchObject({ code: "log.gone" });
    disk.refuses = undefined;
    const receipt = await colony.inject("go on");
    expect(await receipt.reply()).toBe("heard");
    const [blocked] = of("DISPATCH_BLOCKED");
    expect(blocked?.seq).toBeLessThan(receipt.seq);
    expect(of("DISPATCH_UNBLOCKED")).toHaveLength(1);
    expect(of("INPUT_RECEIVED")).toHaveLength(1);
    expect(of("EXECUTION_CANCELLED")).toHaveLength(1);
    await colony.close();
  });

  it("keeps what is just being taken up from ever beginning", async () => {
    const { colony, disk, model, clock, of } = await open();
    disk.isLast = ({ events: [first] }) => first?.type === "AGENT_SPAWNED";
    await colony.spawn("helper", { task: "a" });
    await clock.advance(10_000);
    await refusal(colony.stop());
    disk.refuses = undefined;
    await clock.advance(60_000);
    await colony.idle();
    expect(model.requests).toEqual([]);
    expect(of("EXECUTION_STARTED")).toEqual([]);
    expect(of("SUBAGENT_REPORT")).toMatchObject([{ data: { status: "cancelled" } }]);
    await colony.close();
  });

  it("keeps an overseer from being woken by a report that came just before", async () => {
    const { colony, disk, overseer, clock, of, types } = await open({
      definitions: { quick: defineWorker({ model: createScriptedModel(() => ({ text: "done" })) }) },
    });
    disk.isLast = ({ events }) => events.some(({ type }) => type === "SUBAGENT_REPORT");
    await colony.spawn("quick", { task: "a", parent: "overseer" });
    // The overseer tries again 250 ms from then, and the stop not before a second.
    await clock.advance(5_000);
    expect(of("SUBAGENT_REPORT")).toHaveLength(1);
    expect(disk.tries).toBeGreaterThan(1);
    await refusal(colony.stop());
    disk.isLast = () => false;
    disk.refuses = undefined;
    await clock.advance(60_000);
    await colony.idle();
    expect(overseer.requests).toEqual([]);
    expect(types().at(-1)).toBe("STORAGE_FAILED");
    expect(await (await colony.inject("go on")).reply()).toBe("heard");
    await colony.close();
  });

  it("keeps what waits in line from ever beginning", async () => {
    const { colony, disk, model, clock, of, settled } = await open({ concurrency: 1 });
    const first = await colony.spawn("helper", { task: "a" });
    const queued = await colony.spawn("helper", { task: "b" });
    await settled();
    disk.refuses = "log.write_failed";
    await refusal(first.cancel());
    await refusal(colony.stop());
    await clock.advance(5_000);
    disk.refuses = undefined;
    await clock.advance(5_000);
    await colony.idle();
    expect(model.requests).toHaveLength(1);
    expect(queued.record.execution?.status).toBe("cancelled");
    expect(of("EXECUTION_STARTED")).toHaveLength(1);
    await colony.close();
  });

  it("is as if it had never been said where the process dies before it could be stored", async () => {
    const { colony, options, disk, model, types, settled } = await open();
    await colony.spawn("helper", { task: "a" });
    await settled();
    disk.refuses = "log.write_failed";
    await refusal(colony.stop());
    await refusal(colony.close());
    disk.refuses = undefined;
    const next = await openColony(options);
    await settled();
    expect(types()).not.toContain("CANCEL_REQUESTED");
    expect(types()).not.toContain("DISPATCH_BLOCKED");
    expect(model.requests).toHaveLength(2);
    await next.stop();
    await next.close();
  });

  it("is stored when the colony is closed in good order and there is room by then", async () => {
    const { colony, options, disk, model, of, settled } = await open();
    await colony.spawn("helper", { task: "a" });
    await settled();
    disk.refuses = "log.write_failed";
    await refusal(colony.stop());
    disk.refuses = undefined;
    await colony.close();
    const next = await openColony(options);
    await next.idle();
    expect(of("DISPATCH_BLOCKED")).toHaveLength(1);
    expect(of("EXECUTION_CANCELLED")).toHaveLength(1);
    expect(model.requests).toHaveLength(1);
    await next.close();
  });
});

describe("a cancel that the disk refuses", () => {
  it("aborts that agent alone, ends that execution, and never the one after it", async () => {
    const { colony, disk, clock, model, of, settled } = await open({ lifetime: "persistent" });
    const one = await colony.spawn("helper", { task: "a" });
    const other = await colony.spawn("helper", { task: "b" });
    await one.inject("and then", { mode: "queue" });
    await settled();
    disk.refuses = "log.write_failed";
    const refused = await refusal(one.cancel({ reason: "not that" }));
    expect(refused.message).toMatch(
      new RegExp(`^what "${one.id}" did was called off here at once, but`, "u"),
    );
    await settled();
    expect(model.requests.map(({ abortSignal }) => abortSignal?.aborted)).toEqual([true, false]);
    await clock.advance(10_000);
    expect(model.requests).toHaveLength(2);
    disk.refuses = undefined;
    await clock.advance(5_000);
    expect(of("EXECUTION_CANCELLED")).toMatchObject([
      { agentId: one.id, data: { error: { message: "not that" } } },
    ]);
    expect(one.record.execution).toMatchObject({ number: 2, status: "running" });
    expect(other.record.execution?.status).toBe("running");
    expect(model.requests).toHaveLength(3);
    await colony.stop();
    await colony.close();
  });

  it("of what waits in line keeps it from beginning when its turn has come before the cancel's", async () => {
    const gate = createGate();
    const model = createScriptedModel(() => ({ text: "done", during: gate.opened }));
    const { colony, disk, clock, settled } = await open({
      concurrency: 1,
      definitions: { quick: defineWorker({ model }) },
    });
    const first = await colony.spawn("quick", { task: "a" });
    const second = await colony.spawn("quick", { task: "b" });
    await settled();
    disk.refuses = "log.write_failed";
    await refusal(second.cancel());
    gate.open();
    await settled();
    disk.refuses = undefined;
    await clock.advance(2_000);
    expect(first.record.report?.status).toBe("success");
    expect(second.record.report?.status).toBe("cancelled");
    expect(model.requests).toHaveLength(1);
    await colony.close();
  });

  it("of a worker that is to be closed closes it, also where it was doing nothing", async () => {
    const { colony, disk, clock, of, settled } = await open({ lifetime: "persistent" });
    const busy = await colony.spawn("helper", { task: "a" });
    await settled();
    await busy.cancel();
    disk.refuses = "log.write_failed";
    await refusal(busy.stop());
    disk.refuses = undefined;
    await clock.advance(1_000);
    expect(busy.record.status).toBe("closed");
    expect(of("AGENT_CLOSED")).toHaveLength(1);
    await colony.close();
  });
});

describe("while the disk refuses", () => {
  /** Fifty workers whose first answers come while the disk is full. */
  async function openFifty() {
    const gate = createGate();
    let dug = 0;
    const dig = defineTool({
      name: "dig",
      description: "Digs.",
      input: z.object({}),
      run: () => void (dug += 1),
    });
    const model = createScriptedModel((request) =>
      request.prompt.some(({ role }) => role === "tool")
        ? { text: "Done." }
        : { toolCalls: [{ name: "dig", input: {} }], during: gate.opened },
    );
    const opened = await open({ definitions: { digger: defineWorker({ model, tools: [dig] }) } });
    const told: string[] = [];
    opened.colony.storage$.subscribe(({ status }) => void told.push(status));
    for (let index = 0; index < 50; index += 1) await opened.colony.spawn("digger", { task: `t${index}` });
    await opened.settled();
    return { ...opened, model, gate, told, dug: () => dug };
  }

  it("nothing begins, whatever comes back, so nothing more is spent; then it all goes on", async () => {
    const { colony, disk, clock, model, gate, of, dug } = await openFifty();
    expect(model.requests).toHaveLength(50);
    disk.refuses = "log.write_failed";
    gate.open();
    await clock.advance(300_000);
    expect(model.requests).toHaveLength(50);
    expect(dug()).toBe(0);
    disk.refuses = undefined;
    await clock.advance(60_000);
    expect(model.requests).toHaveLength(100);
    expect(dug()).toBe(50);
    expect(of("SUBAGENT_REPORT")).toHaveLength(50);
    await colony.close();
  });

  it("that is said once, and once more when it is over, whoever tries how often", async () => {
    const { colony, disk, clock, gate, told, logged, of } = await openFifty();
    expect(colony.storage).toEqual({ status: "writable" });
    disk.refuses = "log.write_failed";
    gate.open();
    await clock.advance(300_000);
    expect(disk.tries).toBeGreaterThan(200);
    expect(told).toEqual(["failing"]);
    expect(colony.storage).toMatchObject({ status: "failing", code: "log.write_failed" });
    expect(logged).toEqual(["log not written, what is under way waits for it"]);
    disk.refuses = undefined;
    await clock.advance(60_000);
    expect(told).toEqual(["failing", "writable"]);
    expect(logged).toEqual(["log not written, what is under way waits for it", "log written again"]);
    expect(of("STORAGE_FAILED")).toHaveLength(1);
    expect(colony.storage).toEqual({ status: "writable" });
    await colony.close();
  });

  it("whoever waits goes on as soon as somebody else has found room", async () => {
    const { colony, disk, clock, gate, of } = await openFifty();
    disk.refuses = "log.write_failed";
    gate.open();
    // By now each of them waits for a minute between two tries.
    await clock.advance(300_000);
    disk.refuses = undefined;
    await colony.inject("is there room?");
    await clock.advance(2_000);
    expect(of("SUBAGENT_REPORT")).toHaveLength(50);
    await colony.close();
  });
});
