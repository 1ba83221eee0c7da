import { agentId } from "@colony/core";
import { expect, it } from "vitest";
import type { LogUnderTest } from "./log-under-test.ts";
import { sampleAppend, textsOf } from "./sample-events.ts";

/** What closing keeps, and what opening again finds. Logs that cannot be reopened skip the latter. */
export function itIsDurable(start: () => Promise<LogUnderTest>): void {
  it("lets appends finish that were accepted before it was closed", async () => {
    await using test = await start();
    const told: string[] = [];
    test.log.onAppended((events) => void told.push(...textsOf(events)));
    const appends = ["w-1", "w-2", "w-3"].map((agent) => test.log.append(sampleAppend(agent, 0, agent)));
    const closed = test.log.close();
    expect((await Promise.all(appends)).flatMap(textsOf)).toEqual(["w-1", "w-2", "w-3"]);
    expect(told).toEqual(["w-1", "w-2", "w-3"]);
    await closed;
    if (!test.canReopen) return;
    await test.reopen();
    expect(textsOf(await test.log.read({}))).toEqual(["w-1", "w-2", "w-3"]);
  });

  it("refuses appends and reads after it was closed, and may be closed twice", async () => {
    await using test = await start();
    await test.write(sampleAppend("w-1", 0, "a"));
    const { log } = test;
    await Promise.all([log.close(), log.close()]);
    await log.close();
    await expect(log.append(sampleAppend("w-1", 1, "b"))).rejects.toMatchObject({ code: "log.closed" });
    await expect(log.read({})).rejects.toMatchObject({ code: "log.closed" });
  });

  it("goes on where it was after it is opened again", async () => {
    await using test = await start();
    if (!test.canReopen) return;
    const { colonyId } = test.log;
    const before = await test.log.append(sampleAppend("w-1", 0, "a", "b"));
    await expect(test.log.append(sampleAppend("w-1", 0, "lost"))).rejects.toMatchObject({
      code: "log.conflict",
    });
    await test.reopen();
    expect(test.log.colonyId).toBe(colonyId);
    expect(test.log.head()).toBe(before.at(-1)?.seq);
    expect(await test.log.read({})).toEqual(before);
    await expect(test.log.append(sampleAppend("w-1", 0, "lost"))).rejects.toMatchObject({
      code: "log.conflict",
    });
    const [third] = await test.log.append(sampleAppend("w-1", 2, "c"));
    expect(third?.version).toBe(3);
    expect(third?.seq).toBeGreaterThan(before.at(-1)?.seq ?? Infinity);
    await test.reopen();
    expect(textsOf(await test.log.read({ agentId: agentId("w-1") }))).toEqual(["a", "b", "c"]);
  });
}
