import { agentId, type AgentId, type ColonyEvent, type EventLog, type Pruning } from "@colony/core";
import { describe, expect, it } from "vitest";
import { readAll } from "../crash/read-all.ts";
import { requireContract } from "../given.ts";
import {
  logUnderTest,
  type EventLogContractOptions,
  type LogUnderTest,
  type OpenedLog,
} from "./log-under-test.ts";
import { sampleInput, sampleReport } from "./sample-events.ts";

const TYPES: Pruning["types"] = ["INPUT_RECEIVED", "SUBAGENT_REPORT"];
const [A, B, P] = [agentId("w-a"), agentId("w-b"), agentId("overseer")];

/** Of `A` and `B` three inputs each in turns, then `A`'s report to `P`, then one more input of `A`. */
async function fill(log: LogUnderTest): Promise<void> {
  for (const version of [0, 1, 2])
    for (const id of [A, B])
      await log.write({
        agentId: id,
        expectedVersion: version,
        events: [sampleInput(`${id} ${version}`)],
        at: 1,
      });
  await log.write({
    agentId: A,
    expectedVersion: 3,
    events: [sampleReport(A, P), sampleInput("last")],
    at: 2,
  });
}

const versions = (events: readonly ColonyEvent[], id: AgentId): readonly number[] =>
  events.filter((event) => event.agentId === id).map(({ version }) => version);

const pruningOf = (log: EventLog): NonNullable<EventLog["pruning"]> => {
  if (log.pruning === undefined) throw new Error("this log keeps everything for ever");
  return log.pruning;
};

/**
 * Registers a vitest suite that holds an implementation of `EventLog` that can remove events to what `EventPruning`
 * promises. `open` is called once per test and gives an empty log.
 */
export function eventPruningContract(
  name: string,
  open: () => Promise<OpenedLog>,
  options: EventLogContractOptions = {},
): void {
  requireContract("eventPruningContract", { name, open }, options);
  const mode = options.reopenAfterEveryWrite === true ? ", reopened after every write" : "";
  describe(`${name} removes what is not kept for ever${mode}`, () => {
    itPrunes(() => logUnderTest(open, options));
  });
}

function itPrunes(start: () => Promise<LogUnderTest>): void {
  it("removes what is asked for, and neither the newest of a stream nor what is mail for another agent", async () => {
    await using log = await start();
    await fill(log);
    const before = await readAll(log.log);
    const pruning: Pruning = { streams: [{ agentId: A, upTo: 9 }], types: TYPES };
    const weighed = await pruningOf(log.log).weigh(pruning);
    expect(await readAll(log.log)).toEqual(before);
    expect(await pruningOf(log.log).remove(pruning)).toEqual(weighed);
    expect(weighed.events).toBe(3);
    expect(weighed.sizeBytes).toBe(
      before
        .filter(({ agentId: id, version }) => id === A && version <= 3)
        .reduce((sum, { data }) => sum + new TextEncoder().encode(JSON.stringify(data)).length, 0),
    );
    if (log.canReopen) await log.reopen();
    const left = await readAll(log.log);
    expect(left).toEqual(before.filter(({ agentId: id, version }) => id !== A || version > 3));
  });

  it("removes only up to a version, and only of the streams and types that are named", async () => {
    await using log = await start();
    await fill(log);
    await pruningOf(log.log).remove({ streams: [{ agentId: A, upTo: 2 }], types: TYPES });
    expect(versions(await readAll(log.log), A)).toEqual([3, 4, 5]);
    await pruningOf(log.log).remove({ streams: [{ agentId: A, upTo: 9 }], types: ["AGENT_OPENED"] });
    await pruningOf(log.log).remove({ streams: [{ agentId: agentId("nobody"), upTo: 9 }], types: TYPES });
    await pruningOf(log.log).remove({ streams: [], types: TYPES });
    await pruningOf(log.log).remove({ streams: [{ agentId: B, upTo: 9 }], types: [] });
    expect(versions(await readAll(log.log), A)).toEqual([3, 4, 5]);
    expect(versions(await readAll(log.log), B)).toEqual([1, 2, 3]);
  });

  it("does nothing new a second time", async () => {
    await using log = await start();
    await fill(log);
    const pruning: Pruning = {
      streams: [
        { agentId: A, upTo: 9 },
        { agentId: B, upTo: 9 },
      ],
      types: TYPES,
    };
    await pruningOf(log.log).remove(pruning);
    const left = await readAll(log.log);
    expect(await pruningOf(log.log).remove(pruning)).toEqual({ events: 0, sizeBytes: 0 });
    expect(await readAll(log.log)).toEqual(left);
  });

  it("leaves every way of reading, the head and the next versions as they were for what is left", async () => {
    await using log = await start();
    await fill(log);
    const head = log.log.head();
    const all = await readAll(log.log);
    await pruningOf(log.log).remove({ streams: [{ agentId: A, upTo: 9 }], types: TYPES });
    if (log.canReopen) await log.reopen();
    expect(log.log.head()).toBe(head);
    const left = await readAll(log.log);
    expect(await log.log.read({ agentId: A })).toEqual(left.filter((event) => event.agentId === A));
    expect(await log.log.read({ agentId: B })).toEqual(all.filter((event) => event.agentId === B));
    expect(await log.log.read({ concerning: P })).toEqual(
      all.filter(({ type }) => type === "SUBAGENT_REPORT"),
    );
    expect(await log.log.read({ types: ["INPUT_RECEIVED"] })).toEqual(
      left.filter(({ type }) => type === "INPUT_RECEIVED"),
    );
    expect(await log.log.read({ types: ["INPUT_RECEIVED"], limit: 2 })).toHaveLength(2);
    for (const { seq } of all)
      expect(await log.log.read({ after: seq, limit: 2 })).toEqual(
        left.filter((event) => event.seq > seq).slice(0, 2),
      );
    const [next] = await log.write({ agentId: A, expectedVersion: 5, events: [sampleInput("after")], at: 3 });
    expect(next).toMatchObject({ seq: head + 1, version: 6 });
    await expect(
      log.log.append({ agentId: A, expectedVersion: 1, events: [sampleInput("wrong")], at: 3 }),
    ).rejects.toMatchObject({ code: "log.conflict" });
  });

  it("is done beside appends, and loses none of them", async () => {
    await using log = await start();
    await fill(log);
    const writing = log.log.append({
      agentId: A,
      expectedVersion: 5,
      events: [sampleInput("beside")],
      at: 3,
    });
    const pruning = pruningOf(log.log).remove({ streams: [{ agentId: A, upTo: 5 }], types: TYPES });
    await Promise.all([writing, pruning]);
    expect(versions(await readAll(log.log), A)).toContain(6);
    expect(versions(await readAll(log.log), A)).toContain(4);
  });

  it("is refused once the log is closed", async () => {
    await using log = await start();
    await fill(log);
    const pruning = pruningOf(log.log);
    await log.log.close();
    const asked: Pruning = { streams: [{ agentId: A, upTo: 9 }], types: TYPES };
    await expect(pruning.remove(asked)).rejects.toMatchObject({ code: "log.closed" });
    await expect(pruning.weigh(asked)).rejects.toMatchObject({ code: "log.closed" });
  });
}
