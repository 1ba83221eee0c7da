import { getEventListeners } from "node:events";
import { agentId, inputId, type AgentId, type Lifetime } from "@colony/core";
import { EventBus, Ledger, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock, createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { describe, expect, it } from "vitest";
import { Roster, defineOverseer } from "./roster.ts";
import { spawn } from "./spawn.ts";
import { waitForReports, type WaitDeps } from "./wait-for-reports.ts";

const model = createScriptedModel([]);
const LONG_MS = 1_000_000;

/** Counts what those who wait are shown. */
class CountingBus extends EventBus {
  shown = 0;

  override hear(...[agents, query, hearer]: Parameters<EventBus["hear"]>): () => void {
    return super.hear(agents, query, {
      next: (event) => {
        this.shown += 1;
        hearer.next(event);
      },
      complete: () => hearer.complete(),
    });
  }
}

async function workers(count: number, lifetime: Lifetime = "ephemeral") {
  const log = createMemoryLog();
  const clock = createManualClock();
  const ledger = await Ledger.open({ log, snapshots: createMemorySnapshotStore(), clock });
  const bus = new CountingBus({ log, clock });
  const roster = new Roster(defineOverseer({ model }), { helper: defineWorker({ model, lifetime }) });
  const ids = Array.from({ length: count }, (_, index) => agentId(`w-${index}`));
  for (const id of ids) {
    const place = { parentId: null, depth: 1, definition: undefined, task: "t", name: null, label: null };
    const rules = { ledger, roster, maxDepth: 1, priceOf: () => null };
    await spawn(rules, { id, ...place, priority: 0, batch: null, correlationId: undefined });
    await ledger.require(id, [{ type: "execution.start", host: "h" }]);
  }
  const end = async (id: AgentId): Promise<void> =>
    void (await ledger.require(id, [
      { type: "execution.end", end: "completed", cause: "finished", error: null },
    ]));
  /** Another execution, to its end. */
  const again = async (id: AgentId): Promise<void> =>
    void (await ledger.require(id, [
      {
        type: "input.receive",
        inputId: inputId(`more-${id}`),
        kind: "chat",
        mode: "queue",
        from: "user",
        text: "x",
      },
      { type: "execution.queue", correlationId: null },
      { type: "execution.start", host: "h" },
      { type: "input.deliver", inputIds: [inputId(`more-${id}`)] },
      { type: "execution.end", end: "completed", cause: "finished", error: null },
    ]));
  const readFor: AgentId[] = [];
  const newestOf = async (id: AgentId) =>
    (await log.read({ agentId: id })).findLast((event) => event.type === "SUBAGENT_REPORT");
  const reportOf: WaitDeps["reportOf"] = async (id) => {
    readFor.push(id);
    return await newestOf(id);
  };
  const wait = (
    named: readonly AgentId[],
    timeoutMs = LONG_MS,
    signal?: AbortSignal,
  ): ReturnType<typeof waitForReports> =>
    waitForReports({ ledger, bus, clock, reportOf }, named, { timeoutMs, signal });
  return { ids, end, again, bus, clock, wait, readFor, newestOf };
}

describe("waiting for reports", () => {
  it("shows each waiter only what its own worker ends with, however many wait", async () => {
    const { ids, end, bus, wait } = await workers(100);
    const waiting = ids.map((id) => wait([id]));
    for (const id of ids) await end(id);
    const ended = await Promise.all(waiting);
    expect(ended.map(({ reports }) => reports.map(({ id }) => id))).toEqual(ids.map((id) => [id]));
    expect(bus.shown).toBeGreaterThanOrEqual(ids.length);
    expect(bus.shown).toBeLessThanOrEqual(2 * ids.length);
    expect(bus.stats().subscribers).toBe(0);
  });

  it("reads from the log only the reports that came before it", async () => {
    const { ids, end, wait, readFor } = await workers(3);
    const [before, ...after] = ids;
    if (before !== undefined) await end(before);
    const waiting = wait(ids);
    for (const id of after) await end(id);
    const { reports } = await waiting;
    expect(reports.map(({ id, report, inputId }) => [id, report.workerId, inputId])).toEqual(
      ids.map((id) => [id, id, expect.stringContaining(`${id}@`) as string]),
    );
    expect(readFor).toEqual([before]);
  });

  it("gives the newest report, also where the log tells of two at once", async () => {
    const { ids, end, wait, again, newestOf } = await workers(1, "persistent");
    const waiting = wait(ids);
    await Promise.all(ids.flatMap((id) => [end(id), again(id)]));
    const [newest] = await Promise.all(ids.map(newestOf));
    expect((await waiting).reports.map((report) => report.inputId)).toEqual([newest?.id]);
    expect(newest?.executionId).toBe("w-0.2");
  });

  it("for several resolves with the last of them, in the order in which they were named", async () => {
    const { ids, end, bus, clock, wait } = await workers(3);
    const named = ids.toReversed();
    let isDone = false;
    const waiting = wait(named).finally(() => (isDone = true));
    for (const id of ids) {
      await clock.advance(0);
      expect(isDone).toBe(false);
      await end(id);
    }
    expect((await waiting).reports.map(({ id }) => id)).toEqual(named);
    expect([bus.stats().subscribers, clock.pending()]).toEqual([0, 0]);
  });

  it("gives up when its time is over, and not before; without end it never does", async () => {
    const { ids, end, clock, wait } = await workers(2);
    const bounded = wait(ids, 2 ** 33);
    let isDone = false;
    const endless = wait(ids, Number.POSITIVE_INFINITY).finally(() => (isDone = true));
    expect(clock.pending()).toBe(1);
    for (const id of ids.slice(1)) await end(id);
    await clock.advance(2 ** 33);
    expect(await bounded).toMatchObject({ reports: [{ id: ids[1] }], laggards: [ids[0]] });
    expect(isDone).toBe(false);
    for (const id of ids.slice(0, 1)) await end(id);
    expect((await endless).laggards).toEqual([]);
  });

  it("ends with the colony, and leaves nothing behind", async () => {
    const { ids, bus, clock, wait } = await workers(3);
    const waiting = [wait(ids), wait(ids)];
    bus.close();
    for (const each of [...waiting, wait(ids)])
      await expect(each).rejects.toMatchObject({ code: "colony.closed" });
    expect([bus.stats().subscribers, clock.pending()]).toEqual([0, 0]);
  });

  it("is called off by its signal, and leaves nothing at it, also where the reports come first", async () => {
    const { ids, end, bus, clock, wait } = await workers(2);
    const calling = new AbortController();
    const { signal } = calling;
    const waiting = [wait(ids.slice(0, 1), LONG_MS, signal), wait(ids, LONG_MS, signal)];
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    for (const id of ids.slice(0, 1)) await end(id);
    expect((await waiting[0])?.laggards).toEqual([]);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    calling.abort();
    await expect(waiting[1]).rejects.toMatchObject({ code: "wait.aborted" });
    await expect(wait(ids, LONG_MS, signal)).rejects.toMatchObject({ code: "wait.aborted" });
    expect([getEventListeners(signal, "abort"), bus.stats().subscribers, clock.pending()]).toEqual([
      [],
      0,
      0,
    ]);
  });

  it.each([Number.NaN, -1, "5", null])("for %s is refused in words", async (wrong) => {
    const { ids, bus, wait } = await workers(1);
    await expect(wait(ids, wrong as number)).rejects.toMatchObject({ code: "usage.invalid" });
    expect(bus.stats().subscribers).toBe(0);
  });
});
