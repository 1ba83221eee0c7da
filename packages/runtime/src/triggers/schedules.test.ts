import { checkPromises } from "@colony/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { heard, newest } from "../testing/said.ts";
import { ECHOING, TriggerMachine } from "../testing/trigger-machine.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const open: TriggerMachine[] = [];
afterEach(async () => {
  for (const machine of open.splice(0)) {
    await machine.settled();
    await machine.close();
    expect(checkPromises(await machine.events())).toEqual([]);
  }
});

function newMachine(): TriggerMachine {
  const machine = new TriggerMachine();
  open.push(machine);
  return machine;
}

describe("an interval", () => {
  it("fires at each of its times, by the schedule and not by when it was last done", async () => {
    const machine = newMachine();
    const { colony, overseer } = await machine.start(ECHOING);
    const { trigger, token } = await colony.triggers.set({ id: "tick", everyMs: MINUTE, text: "at {{due}}" });
    expect(trigger).toMatchObject({ nextAt: 61_000, fired: 0, agentId: "overseer" });
    expect(token).toBeUndefined();
    await machine.later(59_999);
    expect(overseer.requests).toHaveLength(0);
    await machine.later(1);
    expect(overseer.requests.map(newest)).toEqual(["at 1970-01-01T00:01:01.000Z"]);
    await machine.later(150_000);
    expect(await machine.told()).toEqual(["tick fired 61000", "tick fired 121000", "tick fired 181000"]);
    const [input] = await machine.of("INPUT_RECEIVED");
    expect(input?.data).toMatchObject({ kind: "trigger", mode: "queue", from: "trigger:tick" });
    expect(colony.triggers.list()).toMatchObject([{ id: "tick", fired: 3, nextAt: 241_000, missedCount: 0 }]);
  });

  it("of days waits longer than the longest timer of a system", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "rare", everyMs: 40 * DAY, anchor: 0, text: "go" });
    await machine.later(40 * DAY - 1_001);
    expect(await machine.told()).toEqual([]);
    await machine.later(1);
    expect(await machine.told()).toEqual([`rare fired ${40 * DAY}`]);
  });

  it("fires for the newest of several times that it comes to late while it is open, and says so of the others", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: 1_000, text: "go", missed: "skip" });
    // The process was busy, and the timer comes late.
    const { clock } = machine.ground;
    await machine.settled();
    (clock as { now: () => number }).now = () => 4_500;
    await machine.later(1_000);
    expect(await machine.told()).toEqual(["tick missed 2 2000-3000", "tick fired 4000"]);
  });
});

describe("a cron pattern", () => {
  it("fires at the times of its zone", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "noon", cron: "0 12 * * *", zone: "Asia/Kathmandu", text: "go" });
    await machine.later(2 * DAY);
    const noon = 6.5 * HOUR;
    expect(await machine.told()).toEqual([`noon fired ${noon}`, `noon fired ${noon + DAY}`]);
  });
});

describe("a one-shot time", () => {
  it("fires once and is gone", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "once", at: "1970-01-02T00:00Z", text: "go" });
    await machine.later(3 * DAY);
    expect(await machine.told()).toEqual([`once fired ${DAY}`]);
    expect(colony.triggers.list()).toEqual([]);
    await expect(colony.triggers.set({ id: "once", at: DAY, text: "go" })).rejects.toMatchObject({
      code: "trigger.invalid",
    });
  });
});

describe("triggers that come due together", () => {
  it("arrive in one turn of the overseer, in the order of their due times, and in one commit", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "b", everyMs: MINUTE, anchor: 0, text: "from b" });
    await colony.triggers.set({ id: "a", everyMs: 2 * MINUTE, anchor: 0, text: "from a" });
    await machine.later(119_000);
    expect(await machine.turns()).toEqual([["from b"], ["from b", "from a"]]);
    const inputs = await machine.of("INPUT_RECEIVED");
    expect(machine.commitsOf(inputs.slice(1))).toBe(1);
  });

  it("arrive in the order of their due times, where these are made up for together", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "a", at: 2 * MINUTE, text: "second" });
    await colony.triggers.set({ id: "b", at: MINUTE, text: "first" });
    machine.ground.clock.suspend(HOUR);
    await machine.settled();
    expect(await machine.turns()).toEqual([["first", "second"]]);
  });

  it("arrive in one turn while it is busy as well, after what was said before and before what is said later", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    for (const id of ["a", "b"]) await colony.triggers.set({ id, everyMs: MINUTE, anchor: 0, text: id });
    await colony.stop();
    // Nothing begins: all of it waits in the inbox.
    const said = [colony.triggers.fire("a"), colony.triggers.fire("a"), colony.triggers.fire("b")];
    await Promise.all(said);
    await machine.settled();
    await colony.inject("and?");
    await machine.settled();
    // Two of one trigger are two matters, whenever they came.
    expect(await machine.turns()).toEqual([["a"], ["a", "b"], ["and?"]]);
  });

  it("arrive in one turn of a worker, and with steering or interrupting in their own way", async () => {
    const machine = newMachine();
    const { colony, worker } = await machine.start(ECHOING);
    await machine.hireClerk();
    for (const id of ["a", "b"])
      await colony.triggers.set({ id, everyMs: MINUTE, anchor: 0, text: id, to: "clerk", mode: "interrupt" });
    await machine.later(MINUTE);
    expect(worker.requests.map(heard)).toEqual([["a", "b"]]);
    expect(await machine.count("EXECUTION_CANCELLED")).toBe(0);
  });
});

describe("times at which nobody had the colony open", () => {
  async function away(missed: "skip" | "once" | "all", ms: number): Promise<TriggerMachine> {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: MINUTE, anchor: 0, text: "at {{due}}", missed });
    await machine.close();
    await machine.ground.clock.advance(ms);
    expect(await machine.told()).toEqual([]);
    await machine.start(ECHOING);
    await machine.settled();
    return machine;
  }

  it("are made up for once", async () => {
    const machine = await away("once", 5 * MINUTE);
    expect(await machine.told()).toEqual(["tick missed 4 60000-240000", "tick fired 300000 late"]);
    expect(await machine.turns()).toEqual([["at 1970-01-01T00:05:00.000Z"]]);
    await machine.later(MINUTE);
    expect((await machine.told()).at(-1)).toBe("tick fired 360000");
  });

  it("are skipped, and the next one comes in time", async () => {
    const machine = await away("skip", 5 * MINUTE);
    expect(await machine.told()).toEqual(["tick missed 5 60000-300000"]);
    await machine.later(MINUTE);
    expect((await machine.told()).at(-1)).toBe("tick fired 360000");
  });

  it("are made up for one by one, a turn for each", async () => {
    const machine = await away("all", 3 * MINUTE);
    expect(await machine.told()).toEqual([
      "tick fired 60000 late",
      "tick fired 120000 late",
      "tick fired 180000 late",
    ]);
    expect(await machine.turns()).toHaveLength(3);
  });

  it("are made up for a hundred times at most", async () => {
    const machine = await away("all", 150 * MINUTE);
    const [missed, ...fired] = await machine.told();
    expect(missed).toBe(`tick missed 50 60000-${50 * MINUTE}`);
    expect(fired).toHaveLength(100);
  });

  it("of a one-shot time are its end", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "gone", at: HOUR, text: "gone", missed: "skip" });
    await colony.triggers.set({ id: "late", at: HOUR, text: "late" });
    await machine.close();
    await machine.ground.clock.advance(2 * HOUR);
    const again = await machine.start(ECHOING);
    await machine.settled();
    expect(await machine.told()).toEqual([`gone missed 1 ${HOUR}-${HOUR}`, `late fired ${HOUR} late`]);
    expect(again.colony.triggers.list()).toEqual([]);
  });
});

describe("a thousand triggers", () => {
  it("wait for one timer, and are recorded in one commit when they come due together", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.settled();
    const timers = machine.ground.clock.pending();
    for (let index = 0; index < 1_000; index += 1)
      await colony.triggers.set({ id: `t${index}`, everyMs: DAY, anchor: 0, text: `${index}` });
    await machine.settled();
    expect(machine.ground.clock.pending()).toBe(timers + 1);
    await machine.later(DAY);
    const fired = await machine.of("TRIGGER_FIRED");
    expect(fired).toHaveLength(1_000);
    expect(machine.commitsOf(fired)).toBe(1);
    expect(await machine.turns()).toHaveLength(1);
  });
});
