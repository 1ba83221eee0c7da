import { agentId } from "@colony/core";
import { expect, it } from "vitest";
import type { LogUnderTest } from "./log-under-test.ts";
import { expectedEvent, sampleAppend, SAMPLE_AT, sampleInput, textsOf } from "./sample-events.ts";

/** Order, atomicity and conflicts. */
export function itAppends(start: () => Promise<LogUnderTest>): void {
  it("starts empty", async () => {
    await using test = await start();
    expect(test.log.head()).toBe(0);
    expect(await test.log.read({})).toEqual([]);
  });

  it("gives each event its place, its id, its time and its colony", async () => {
    await using test = await start();
    const append = sampleAppend("w-1", 0, "a", "b");
    const events = await test.write(append);
    expect(events).toMatchObject([0, 1].map((index) => expectedEvent(append, index, test.log.colonyId)));
    expect(events.map((event) => event.id)).toEqual(["w-1@1", "w-1@2"]);
    expect(await test.log.read({})).toEqual(events);
  });

  it("stamps events with the time of their append, fractions included", async () => {
    await using test = await start();
    await test.write({ ...sampleAppend("w-1", 0, "a"), at: SAMPLE_AT + 0.25 });
    await test.write({ ...sampleAppend("w-1", 1, "b"), at: 0 });
    expect((await test.log.read({})).map((event) => event.at)).toEqual([SAMPLE_AT + 0.25, 0]);
  });

  it("counts versions without a gap in each stream, and seqs strictly upwards over all of them", async () => {
    await using test = await start();
    for (let round = 0; round < 4; round += 1)
      for (const agent of ["w-1", "w-2"]) await test.write(sampleAppend(agent, round * 2, "a", "b"));
    const events = await test.log.read({});
    for (const agent of ["w-1", "w-2"])
      expect(events.filter((event) => event.agentId === agent).map((event) => event.version)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ]);
    const seqs = events.map((event) => event.seq);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    expect(test.log.head()).toBe(seqs.at(-1));
  });

  it("refuses an append that expects too low or too high a version, and leaves no trace of it", async () => {
    await using test = await start();
    await test.write(sampleAppend("w-1", 0, "a", "b"));
    for (const version of [0, 1, 3, 100])
      await expect(test.log.append(sampleAppend("w-1", version, "lost"))).rejects.toMatchObject({
        name: "ColonyError",
        code: "log.conflict",
      });
    await expect(test.log.append(sampleAppend("w-2", 1, "lost"))).rejects.toMatchObject({
      code: "log.conflict",
    });
    await test.write(sampleAppend("w-1", 2, "c"));
    await test.write(sampleAppend("w-2", 0, "d"));
    expect(textsOf(await test.log.read({}))).toEqual(["a", "b", "c", "d"]);
  });

  it("lets exactly one of two appends win that expect the same version, the first", async () => {
    await using test = await start();
    const [first, second] = await Promise.allSettled([
      test.log.append(sampleAppend("w-1", 0, "first")),
      test.log.append(sampleAppend("w-1", 0, "second")),
    ]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ status: "rejected", reason: { code: "log.conflict" } });
    expect(textsOf(await test.log.read({}))).toEqual(["first"]);
  });

  it("lets an append fail alone when it stands among others", async () => {
    await using test = await start();
    const outcomes = await Promise.allSettled([
      test.log.append(sampleAppend("w-1", 0, "a")),
      test.log.append(sampleAppend("w-1", 7, "lost", "lost too")),
      test.log.append(sampleAppend("w-2", 0, "b")),
      test.log.append(sampleAppend("w-1", 1, "c")),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(textsOf(await test.log.read({}))).toEqual(["a", "b", "c"]);
  });

  it("gives appends seqs in the order in which they were called, not waiting in between", async () => {
    await using test = await start();
    const agents = Array.from({ length: 200 }, (_, index) => `w-${index}`);
    const first = agents.map((agent) =>
      test.log.append(sampleAppend(agent, 0, `${agent} one`, `${agent} two`)),
    );
    const second = agents.map((agent) => test.log.append(sampleAppend(agent, 2, `${agent} three`)));
    await Promise.all([...first, ...second]);
    expect(textsOf(await test.log.read({}))).toEqual([
      ...agents.flatMap((agent) => [`${agent} one`, `${agent} two`]),
      ...agents.map((agent) => `${agent} three`),
    ]);
  });

  it("takes more appends at once than one commit would carry", async () => {
    await using test = await start();
    const agents = Array.from({ length: 30 }, (_, index) => `w-${index}`);
    const texts = Array.from({ length: 100 }, (_, index) => `${index}`);
    await Promise.all(agents.map((agent) => test.log.append(sampleAppend(agent, 0, ...texts))));
    for (const agent of agents)
      expect(textsOf(await test.log.read({ agentId: agentId(agent) }))).toEqual(texts);
  });

  it("answers an append of nothing with nothing", async () => {
    await using test = await start();
    expect(await test.log.append(sampleAppend("w-1", 0))).toEqual([]);
    await expect(test.log.append(sampleAppend("w-1", 1))).rejects.toMatchObject({ code: "log.conflict" });
    expect(test.log.head()).toBe(0);
  });

  it("keeps streams apart whose names look alike", async () => {
    await using test = await start();
    const names = ["w", "w-1", "W-1", "w-1 ", "w%", "wé", "we\u0301", "__proto__", "constructor", "1", "01"];
    for (const name of names) await test.write(sampleAppend(name, 0, name));
    for (const name of names)
      expect(textsOf(await test.log.read({ agentId: agentId(name) }))).toEqual([name]);
    const [event] = await test.log.read({ agentId: agentId("__proto__") });
    expect(event?.data).toEqual(sampleInput("__proto__").data);
  });
}
