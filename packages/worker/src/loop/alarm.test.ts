import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { Alarm, Alarms } from "./alarm.ts";

const MINUTE = 60_000;

function openAlarms() {
  const clock = createManualClock();
  const alarms = new Alarms(clock);
  const rung: string[] = [];
  const alarm = (name: string): Alarm =>
    new Alarm(alarms, { onAlarm: () => void rung.push(`${name} ${clock.now()}`) });
  return { clock, alarm, rung };
}

it("wakes at the very time, near or far", async () => {
  const { clock, alarm, rung } = openAlarms();
  const waits = [5, MINUTE, MINUTE + 1, 10 * MINUTE, 10 * MINUTE + 7];
  for (const ms of waits) alarm(`${ms}`).set(ms, clock.now());
  await clock.advance(20 * MINUTE);
  expect(rung).toEqual(waits.map((ms) => `${ms} ${ms}`));
  expect(clock.pending()).toBe(0);
});

it("has one timer for all that are far off, and none once they are called off", () => {
  const { clock, alarm } = openAlarms();
  const all = Array.from({ length: 1_000 }, (_, number) => alarm(`${number}`));
  for (const [number, each] of all.entries()) each.set(10 * MINUTE + number, clock.now());
  expect(clock.pending()).toBe(1);
  for (const each of all) each.cancel();
  expect(clock.pending()).toBe(0);
});

it("wakes in time where a nearer one is called off, or a nearer one comes later", async () => {
  const { clock, alarm, rung } = openAlarms();
  const [first, second, third] = [alarm("first"), alarm("second"), alarm("third")];
  first.set(5 * MINUTE, clock.now());
  second.set(9 * MINUTE, clock.now());
  first.cancel();
  third.set(3 * MINUTE, clock.now());
  await clock.advance(20 * MINUTE);
  expect(rung).toEqual([`third ${3 * MINUTE}`, `second ${9 * MINUTE}`]);
});

it("keeps what is due no later, and takes what is due sooner", async () => {
  const { clock, alarm, rung } = openAlarms();
  const one = alarm("one");
  one.set(5 * MINUTE, clock.now());
  one.set(8 * MINUTE, clock.now());
  one.set(2 * MINUTE, clock.now());
  one.set(1_000, clock.now());
  await clock.advance(20 * MINUTE);
  expect(rung).toEqual(["one 1000"]);
});

it("that is late takes a later time, since it is not due before", async () => {
  const { clock, alarm, rung } = openAlarms();
  const one = alarm("one");
  one.set(5 * MINUTE, clock.now());
  one.isLate();
  one.set(8 * MINUTE, clock.now());
  await clock.advance(20 * MINUTE);
  expect(rung).toEqual([`one ${8 * MINUTE}`]);
});

it("can be set anew when it has woken, and is too far where no timer goes", async () => {
  const { clock, alarm, rung } = openAlarms();
  const one = alarm("one");
  one.set(2 * MINUTE, clock.now());
  await clock.advance(2 * MINUTE);
  expect(one.set(2 * MINUTE, clock.now())).toBe("set");
  await clock.advance(2 * MINUTE);
  expect(rung).toEqual([`one ${2 * MINUTE}`, `one ${4 * MINUTE}`]);
  expect(one.set(2 ** 31, clock.now())).toBe("too_far");
  expect(clock.pending()).toBe(0);
});

it("that is set after a sleep is not held up by what was set before it", async () => {
  const { clock, alarm, rung } = openAlarms();
  const [first, second, third] = [alarm("first"), alarm("second"), alarm("third")];
  first.set(60 * MINUTE, clock.now());
  second.set(60 * MINUTE, clock.now());
  clock.suspend(8 * 60 * MINUTE);
  first.isLate();
  const wokeAt = clock.now();
  third.set(10 * MINUTE, wokeAt);
  await clock.advance(10 * MINUTE);
  expect(rung).toContain(`third ${wokeAt + 10 * MINUTE}`);
});
