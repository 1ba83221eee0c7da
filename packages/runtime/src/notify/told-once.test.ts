import { ColonyError, type EventLog } from "@colony/core";
import { expect, it } from "vitest";
import { settled } from "../testing/settled.ts";
import { Receiver, ground, openOn } from "../testing/told.ts";

const task = { task: "Look at the bees.", notify: true };

it("what was taken at a later try is not told again, also where the machine sleeps after that", async () => {
  const world = ground();
  const notifier = new Receiver(() => {
    if (notifier.told.length === 1) throw new Error("not yet");
  });
  await using colony = await openOn(world, { notifier });
  await (await colony.spawn("helper", task)).report();
  await settled();
  await world.clock.advance(5_000);
  await settled();
  expect(notifier.told).toHaveLength(2);
  world.clock.suspend(3_600_000);
  await settled();
  expect(notifier.told).toHaveLength(2);
});

it("a colony closes although the log refuses what came of a try, and the next one tells it once more", async () => {
  const world = ground();
  const append: EventLog["append"] = async (given) => {
    if (given.events.some(({ type }) => type === "NOTIFICATION_SENT"))
      throw new ColonyError("log.write_failed", "the disk is full");
    return await world.log.append(given);
  };
  const notifier = new Receiver();
  const colony = await openOn({ ...world, log: { ...world.log, append } }, { notifier });
  await (await colony.spawn("helper", task)).report();
  await settled();
  await colony.close();
  expect(notifier.told).toHaveLength(1);
  await using next = await openOn(world, { notifier });
  await settled();
  const [first, second, ...more] = notifier.told;
  expect([second, more]).toEqual([first, []]);
  await next.idle();
});
