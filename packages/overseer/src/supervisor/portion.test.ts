import { createManualClock } from "@colony/testkit";
import { expect, it } from "vitest";
import { PORTION, Portion } from "./portion.ts";

it("is spent until the event loop has had its turn, and whoever waited there goes first", async () => {
  const order: string[] = [];
  const renewed = Promise.withResolvers<void>();
  const portion = new Portion(createManualClock(), () => {
    order.push(portion.isSpent ? "spent" : "renewed");
    renewed.resolve();
  });
  for (let number = 1; number < PORTION; number += 1) portion.take();
  expect(portion.isSpent).toBe(false);
  setImmediate(() => order.push("something else"));
  portion.take();
  expect(portion.isSpent).toBe(true);
  await Promise.resolve();
  expect(portion.isSpent).toBe(true);
  await renewed.promise;
  expect(order).toEqual(["something else", "renewed"]);
});

it("grows where a turn takes long, so that those who are in do not keep the others out, and shrinks again", async () => {
  let now = 0;
  let renewed = Promise.withResolvers<void>();
  const portion = new Portion({ now: () => now }, () => renewed.resolve());
  const sizes: number[] = [];
  for (const turnMs of [5, 300, 40, 86_400_000, 300]) {
    let size = 0;
    for (; !portion.isSpent; size += 1) portion.take();
    sizes.push(size);
    now += turnMs;
    await renewed.promise;
    renewed = Promise.withResolvers<void>();
  }
  expect(sizes).toEqual([128, 128, 3_000, 400, 4_096]);
  // One who comes alone ends it: a portion is that of one turn.
  portion.take();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  for (let number = 1; number < PORTION; number += 1) portion.take();
  expect(portion.isSpent).toBe(false);
  portion.take();
  expect(portion.isSpent).toBe(true);
});
