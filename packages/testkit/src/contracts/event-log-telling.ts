import type { ColonyEvent } from "@colony/core";
import { expect, it } from "vitest";
import type { LogUnderTest } from "./log-under-test.ts";
import { sampleAppend } from "./sample-events.ts";

/** What listeners are promised. */
export function itTells(start: () => Promise<LogUnderTest>): void {
  it("has told an event to its listeners when the append resolves", async () => {
    await using test = await start();
    const told: ColonyEvent[] = [];
    test.log.onAppended((events) => void told.push(...events));
    const appends = Array.from({ length: 50 }, async (_, index) => {
      const events = await test.log.append(sampleAppend(`w-${index}`, 0, "a", "b"));
      for (const event of events) expect(told).toContainEqual(event);
    });
    await Promise.all(appends);
  });

  it("tells every event once, in seq order, to each listener", async () => {
    await using test = await start();
    const told: number[][] = [[], []];
    for (const seqs of told)
      test.log.onAppended((events) => void seqs.push(...events.map((event) => event.seq)));
    for (let round = 0; round < 3; round += 1)
      await Promise.allSettled([
        test.log.append(sampleAppend("w-1", round, "a")),
        test.log.append(sampleAppend("w-2", 99, "lost")),
        test.log.append(sampleAppend("w-3", round, "b")),
      ]);
    const stored = (await test.log.read({})).map((event) => event.seq);
    expect(stored).toHaveLength(6);
    expect(told).toEqual([stored, stored]);
  });

  it("has stored an event before it tells it", async () => {
    await using test = await start();
    const reads: Promise<readonly ColonyEvent[]>[] = [];
    const heads: number[] = [];
    test.log.onAppended((events) => {
      heads.push(test.log.head() - (events.at(-1)?.seq ?? 0));
      reads.push(test.log.read({ after: (events[0]?.seq ?? 0) - 1, limit: events.length }));
    });
    const events = await test.log.append(sampleAppend("w-1", 0, "a", "b"));
    expect(heads).toEqual([0]);
    expect(await Promise.all(reads)).toEqual([events]);
  });

  it("takes appends that a listener makes, and tells them in their turn", async () => {
    await using test = await start();
    const told: string[] = [];
    let echo: Promise<unknown> | undefined;
    test.log.onAppended((events) => {
      told.push(...events.map((event) => event.id));
      echo ??= test.log.append(sampleAppend("w-2", 0, "echo"));
    });
    await test.log.append(sampleAppend("w-1", 0, "a"));
    await echo;
    expect(told).toEqual(["w-1@1", "w-2@1"]);
  });

  it("tells a listener nothing after it has stopped", async () => {
    await using test = await start();
    const told: string[] = [];
    const listener = (events: readonly ColonyEvent[]): void =>
      void told.push(...events.map((event) => event.id));
    const stop = test.log.onAppended(listener);
    const stopOther = test.log.onAppended(listener);
    await test.log.append(sampleAppend("w-1", 0, "a"));
    stop();
    stop();
    await test.log.append(sampleAppend("w-1", 1, "b"));
    stopOther();
    await test.log.append(sampleAppend("w-1", 2, "c"));
    expect(told).toEqual(["w-1@1", "w-1@1", "w-1@2"]);
  });

  it("tells nothing of an append that was refused", async () => {
    await using test = await start();
    let calls = 0;
    test.log.onAppended(() => void (calls += 1));
    await expect(test.log.append(sampleAppend("w-1", 5, "lost"))).rejects.toMatchObject({
      code: "log.conflict",
    });
    expect(calls).toBe(0);
  });
}
