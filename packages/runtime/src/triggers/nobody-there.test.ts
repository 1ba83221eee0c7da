import { agentId } from "@colony/core";
import { checkPromises } from "@colony/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { newest } from "../testing/said.ts";
import { ECHOING, TriggerMachine } from "../testing/trigger-machine.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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

describe("time in which nobody could work", () => {
  it("is missed like time in which nobody was there, where the machine slept", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "skips", everyMs: HOUR, anchor: 0, text: "go", missed: "skip" });
    await colony.triggers.set({ id: "makes-up", everyMs: HOUR, anchor: 0, text: "go" });
    await machine.later(MINUTE);
    machine.ground.clock.suspend(8 * HOUR);
    await machine.settled();
    expect(await machine.told()).toEqual([
      `skips missed 8 ${HOUR}-${8 * HOUR}`,
      `makes-up missed 7 ${HOUR}-${7 * HOUR}`,
      `makes-up fired ${8 * HOUR} late`,
    ]);
    const [input] = await machine.of("INPUT_RECEIVED");
    expect(input?.at).toBeGreaterThan(8 * HOUR);
    await machine.later(HOUR);
    expect((await machine.told()).slice(3)).toEqual([
      `skips fired ${9 * HOUR}`,
      `makes-up fired ${9 * HOUR}`,
    ]);
  });

  it("is missed while a person has stopped everything, and no trigger lifts that stop", async () => {
    const machine = newMachine();
    const { colony, overseer } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go" });
    await colony.stop();
    await machine.later(3 * HOUR);
    expect(await machine.told()).toEqual([]);
    expect(colony.state.blocks).toHaveLength(1);
    await colony.inject("go on");
    await machine.settled();
    expect(colony.state.blocks).toEqual([]);
    expect(await machine.told()).toEqual([
      `tick missed 2 ${HOUR}-${2 * HOUR}`,
      `tick fired ${3 * HOUR} late`,
    ]);
    expect(overseer.requests.map(newest)).toEqual(["go on", "go"]);
  });

  it("stays missed where the colony was stopped, closed and opened again", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go" });
    await colony.stop();
    await machine.close();
    await machine.ground.clock.advance(2 * HOUR);
    const again = await machine.start(ECHOING);
    await machine.later(MINUTE);
    expect(await machine.told()).toEqual([]);
    await again.colony.inject("go on");
    await machine.settled();
    expect(await machine.told()).toHaveLength(2);
  });

  it("a trigger that somebody fires while all is stopped waits in the inbox", async () => {
    const machine = newMachine();
    const { colony, overseer } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "hook", webhook: true });
    await colony.stop();
    await colony.triggers.fire("hook", { body: "built" });
    await machine.settled();
    expect(overseer.requests).toEqual([]);
    expect(colony.state.blocks).toHaveLength(1);
    await colony.inject("go on");
    await machine.settled();
    expect(await machine.turns()).toEqual([["built"], ["go on"]]);
  });
});

describe("a host from which the colony was taken", () => {
  it("fires nothing more, and the one that has it now fires each due time once", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go" });
    await machine.later(HOUR);
    await machine.start(ECHOING);
    await machine.later(2 * HOUR);
    expect(await machine.told()).toEqual([1, 2, 3].map((hour) => `tick fired ${hour * HOUR}`));
    await expect(colony.triggers.fire("tick")).rejects.toMatchObject({ code: "colony.in_use" });
  });
});

describe("a clock that is set", () => {
  it("back makes nobody fire twice, nor miss what is to come", async () => {
    const machine = newMachine();
    let shift = 0;
    const { clock } = machine.ground;
    const now = clock.now.bind(clock);
    (clock as { now: () => number }).now = () => now() + shift;
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go", missed: "skip" });
    await machine.later(2 * HOUR - 1_000);
    expect(await machine.told()).toEqual([`tick fired ${HOUR}`, `tick fired ${2 * HOUR}`]);
    shift = -90 * MINUTE;
    await machine.later(2 * HOUR);
    expect(await machine.told()).toHaveLength(2);
    await machine.later(45 * MINUTE);
    expect((await machine.told()).slice(2)).toEqual([`tick fired ${3 * HOUR}`]);
  });

  it("back makes nobody who is there late", async () => {
    const machine = newMachine();
    const { clock } = machine.ground;
    await clock.advance(5 * HOUR);
    const now = clock.now.bind(clock);
    let shift = 0;
    (clock as { now: () => number }).now = () => now() + shift;
    const { colony } = await machine.start(ECHOING);
    shift = -4 * HOUR;
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go", missed: "skip" });
    await machine.later(HOUR);
    expect(await machine.told()).toEqual([`tick fired ${2 * HOUR}`]);
  });
});

describe("an agent that takes no inputs", () => {
  it("has its trigger marked and left alone, until it is opened again", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.hireClerk();
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go", to: "clerk" });
    await colony.agent("clerk").close();
    await machine.later(3 * HOUR);
    expect(await machine.told()).toEqual([`tick failed ${HOUR} agent.closed`]);
    expect(colony.triggers.list()).toMatchObject([{ failed: { code: "agent.closed" }, nextAt: HOUR }]);
    await machine.close();
    const again = await machine.start(ECHOING);
    await machine.later(HOUR);
    expect(await machine.told()).toHaveLength(1);
    await expect(again.colony.triggers.fire("tick")).rejects.toMatchObject({ code: "agent.closed" });
    expect(await machine.told()).toHaveLength(1);
    await again.colony.agent("clerk").reopen();
    await machine.settled();
    expect((await machine.told()).slice(1)).toEqual([
      `tick missed 3 ${HOUR}-${3 * HOUR}`,
      `tick fired ${4 * HOUR} late`,
    ]);
    expect(again.colony.triggers.list()).toMatchObject([{ failed: null, nextAt: 5 * HOUR }]);
    expect(again.worker.requests.map(newest)).toEqual(["go"]);
  });

  it("is tried again by a host that finds it open", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.hireClerk();
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go", to: "clerk" });
    await colony.agent("clerk").close();
    await machine.later(HOUR);
    await machine.close();
    const { log, clock } = machine.ground;
    const reopened = { type: "AGENT_REOPENED", data: { by: "user" } } as const;
    await log.append({
      agentId: agentId("w-clerk"),
      expectedVersion: 2,
      at: clock.now(),
      events: [reopened],
    });
    await machine.start(ECHOING);
    await machine.settled();
    expect(await machine.told()).toEqual([`tick failed ${HOUR} agent.closed`, `tick fired ${HOUR} late`]);
  });

  it("is tried once more where it is opened and closed again at once", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.hireClerk();
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go", to: "clerk" });
    await colony.agent("clerk").close();
    await machine.later(HOUR);
    await Promise.all([colony.agent("clerk").reopen(), colony.agent("clerk").close()]);
    await machine.later(HOUR);
    const failed = `tick failed ${HOUR} agent.closed`;
    expect(await machine.told()).toEqual([failed, failed]);
  });

  it("has nothing counted as missed before it can be fired for", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.hireClerk();
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go", to: "clerk" });
    await colony.agent("clerk").close();
    machine.ground.clock.suspend(3 * HOUR);
    await machine.settled();
    expect(await machine.told()).toEqual([`tick failed ${3 * HOUR} agent.closed`]);
    await colony.agent("clerk").reopen();
    await machine.settled();
    expect((await machine.told()).slice(1)).toEqual([
      `tick missed 2 ${HOUR}-${2 * HOUR}`,
      `tick fired ${3 * HOUR} late`,
    ]);
  });

  it("is not tried because another one was opened", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.hireClerk();
    await colony.spawn("helper", { task: "work", name: "porter" });
    await machine.settled();
    for (const to of ["clerk", "porter"]) {
      await colony.triggers.set({ id: to, everyMs: HOUR, anchor: 0, text: "go", to });
      await colony.agent(to).close();
    }
    await machine.later(HOUR);
    await colony.agent("porter").reopen();
    await machine.settled();
    expect(await machine.told()).toEqual([
      `clerk failed ${HOUR} agent.closed`,
      `porter failed ${HOUR} agent.closed`,
      `porter fired ${HOUR} late`,
    ]);
  });

  it("keeps no other trigger from firing", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.hireClerk();
    await colony.triggers.set({ id: "a", everyMs: HOUR, anchor: 0, text: "go", to: "clerk" });
    await colony.triggers.set({ id: "b", everyMs: HOUR, anchor: 0, text: "go" });
    await colony.agent("clerk").close();
    await machine.later(2 * HOUR);
    expect(await machine.told()).toEqual([
      `a failed ${HOUR} agent.closed`,
      `b fired ${HOUR}`,
      `b fired ${2 * HOUR}`,
    ]);
  });

  it.each([
    ["nobody", "agent.not_found"],
    ["once", "trigger.invalid"],
    ["clerk", "agent.closed"],
  ])("is refused when a trigger for it is set (%s: %s)", async (to, code) => {
    const machine = newMachine();
    const { colony } = await machine.start({ ...ECHOING, helper: {} });
    await machine.hireClerk();
    await colony.spawn("helper", { task: "work", name: "once" });
    await colony.agent("clerk").close();
    await expect(colony.triggers.set({ everyMs: HOUR, text: "go", to })).rejects.toMatchObject({ code });
    expect(await machine.count("TRIGGER_SET")).toBe(0);
  });
});
