import { expect, it } from "vitest";
import { createManualClock } from "../manual-clock.ts";
import { ProcessWorld } from "./process-world.ts";

const signal = new AbortController().signal;

function machine() {
  const clock = createManualClock();
  const world = new ProcessWorld(clock, {
    build: { ms: 1_000, stdout: "built" },
    serve: { ms: Number.POSITIVE_INFINITY, stubborn: true },
  });
  return { clock, world, host: world.hostedBy(clock) };
}

it("a program runs once it may begin, for as long as it takes", async () => {
  const { clock, world, host } = machine();
  const own = await host.spawn("build", ["all"], { signal });
  await clock.advance(5_000);
  expect([world.ran, world.alive]).toEqual([[], ["build all"]]);
  own.begin();
  await clock.advance(1_000);
  expect(await own.exited).toMatchObject({ code: 0, stdout: "built" });
  expect([world.ran, world.alive]).toEqual([[{ pid: own.pid, line: "build all" }], []]);
  await expect(host.spawn("nothing", [], { signal })).rejects.toMatchObject({ code: "process.not_found" });
});

it("when a host dies, what had begun goes on, and what had not never runs", async () => {
  const { world, host, clock } = machine();
  (await host.spawn("serve", ["one"], { signal })).begin();
  const waiting = await host.spawn("serve", ["two"], { signal });
  host.abandon();
  waiting.begin();
  expect(world.alive).toEqual(["serve one"]);
  expect(world.ran).toHaveLength(1);
  const [one] = world.ran;
  const next = world.hostedBy(clock);
  const left = { pid: one?.pid ?? 0, startToken: `started-${one?.pid ?? 0}` };
  expect(next.isAlive(left)).toBe(true);
  const stopped = next.stop(left, { graceMs: 3_000 });
  await clock.advance(3_000);
  expect(await stopped).toBe("killed");
  expect(world.alive).toEqual([]);
  expect(await next.stop(left, { graceMs: 3_000 })).toBe("gone");
});
