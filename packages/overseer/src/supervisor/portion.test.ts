import { expect, it } from "vitest";
import { PORTION, Portion } from "./portion.ts";

it("is spent until the event loop has had its turn, and whoever waited there goes first", async () => {
  const order: string[] = [];
  const renewed = Promise.withResolvers<void>();
  const portion = new Portion(() => {
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
