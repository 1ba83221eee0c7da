import { createManualClock } from "@colony/testkit";
import { expect, test } from "vitest";
import { Stopping } from "../stopping.ts";
import { bounded } from "./bounded.ts";

const boundsOf = (stopping = new Stopping()) => {
  const clock = createManualClock({ now: 0 });
  return { stopping, clock, timeoutMs: 1_000 };
};

test("work that is done at once is not waited for", () => {
  const bounds = boundsOf();
  let timers = 0;
  const came = bounded(() => {
    timers = bounds.clock.pending();
    return "done";
  }, bounds);
  expect(came).toEqual({ came: "back", value: "done" });
  expect([timers, bounds.clock.pending()]).toEqual([0, 0]);
});

test("work that fails at once because it was called off is called off, and otherwise has thrown", () => {
  const error = new Error("no");
  const bounds = boundsOf();
  const failing = (stopping: Stopping, abort: boolean) => () => {
    if (abort) stopping.abort();
    throw error;
  };
  expect(bounded(failing(bounds.stopping, false), bounds)).toEqual({ came: "thrown", error });
  expect(bounded(failing(bounds.stopping, true), bounds)).toEqual({ came: "called_off" });
});

test("work that was called off before it began to wait is given up after the grace", async () => {
  const bounds = boundsOf();
  const came = bounded(() => {
    bounds.stopping.abort();
    return new Promise<never>(() => undefined);
  }, bounds);
  await bounds.clock.advance(2_000);
  expect(await came).toEqual({ came: "called_off" });
  expect(bounds.clock.pending()).toBe(0);
});

test("what only looks like a promise is waited for like one", async () => {
  const bounds = boundsOf();
  // oxlint-disable-next-line unicorn/no-thenable -- libraries give such things
  const thenable = { then: (done: (value: string) => void) => done("late") } as unknown as Promise<string>;
  expect(await bounded(() => thenable, bounds)).toEqual({ came: "back", value: "late" });
  expect(bounds.clock.pending()).toBe(0);
});
