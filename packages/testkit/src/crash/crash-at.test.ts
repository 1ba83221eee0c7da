import { expect, test } from "vitest";
import { crashAt } from "./crash-at.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import type { Ground } from "./life.ts";
import { createMemoryGround } from "./memory-ground.ts";
import type { CrashScenario } from "./run-with-deaths.ts";

interface World extends Ground {
  readonly posted: string[];
  lives: number;
}

/** Posts two letters, one after the other, each once it has looked whether that was posted before. */
const scenario = (looks: boolean): CrashScenario<World> => ({
  ground: () => ({ ...createMemoryGround(), posted: [], lives: 0 }),
  async live(life, world) {
    world.lives += 1;
    for (const letter of ["one", "two"]) {
      if (looks && world.posted.includes(letter)) continue;
      await life.point(`before posting ${letter}`);
      world.posted.push(letter);
      await life.point(`after posting ${letter}`);
    }
  },
  check: (_events, { posted, lives }) =>
    posted.join() === "one,two" ? [] : [`posted ${posted.join()} in ${lives} lives`],
});

test("a run dies at the place of a number, and another process goes on", async () => {
  const { cut, points, problems } = await crashAt(scenario(true), 2);
  expect(cut).toEqual({ number: 2, what: "after posting one" });
  expect(points.map(({ what }) => what)).toEqual([
    "before posting one",
    "after posting one",
    "before posting two",
    "after posting two",
  ]);
  expect(problems).toEqual([]);
});

test("a run dies at the first place whose words match, in whatever life", async () => {
  const { cut, points } = await crashAt(scenario(true), /posting two/g);
  expect(cut).toEqual({ number: 3, what: "before posting two" });
  expect(points).toHaveLength(5);
});

test("what went wrong after the death is said as the whole sweep says it", async () => {
  const { problems } = await crashAt(scenario(false), /after posting one/);
  expect(problems).toEqual(["posted one,one,two in 2 lives"]);
  const { failures } = await crashEverywhere(scenario(false));
  expect(failures).toContainEqual({ cut: "2 (after posting one)", problems });
});

test("a second death comes so many places after the first", async () => {
  const { problems } = await crashAt(scenario(false), 2, { again: 2 });
  expect(problems).toEqual(["posted one,one,one,two in 3 lives"]);
});

test("a place that no run comes to is a problem, so that a test of it cannot pass unseen", async () => {
  for (const place of [99, /after posting three/]) {
    const { cut, problems } = await crashAt(scenario(true), place);
    expect(cut).toBeUndefined();
    expect(problems).toEqual([`it never came to ${String(place)}: the run passes 4 places, see \`points\``]);
  }
});
