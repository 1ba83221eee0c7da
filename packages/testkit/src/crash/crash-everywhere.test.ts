import { describe, expect, test } from "vitest";
import { crashAt } from "./crash-at.ts";
import { crashEverywhere } from "./crash-everywhere.ts";
import type { Ground } from "./life.ts";
import { createMemoryGround } from "./memory-ground.ts";
import type { CrashScenario } from "./run-with-deaths.ts";

/** Passes two places, and finds nothing wrong. */
const fine: CrashScenario = {
  ground: createMemoryGround,
  async live(life) {
    await life.point("one");
    await life.point("two");
  },
  check: () => [],
};

/** What no types hold. */
const odd = (scenario: Partial<Record<keyof CrashScenario, unknown>>): CrashScenario =>
  ({ ...fine, ...scenario }) as CrashScenario;

test("each place is died at once, and what is wrong then is said with the place", async () => {
  const { runs, points, failures } = await crashEverywhere(fine);
  expect({ runs, points: points.map(({ what }) => what), failures }).toEqual({
    runs: 3,
    points: ["one", "two"],
    failures: [],
  });
});

const SHARED =
  /^`ground` of a scenario gave a log that a run has had before; make all of it anew in each call/;

describe("a sweep that shows nothing is no success:", () => {
  test("a scenario that passes no place", async () => {
    const { runs, failures } = await crashEverywhere({ ...fine, live: async () => undefined });
    expect(runs).toBe(1);
    expect(failures).toEqual([
      {
        cut: "without a cut",
        problems: [
          "it passes no place at which it could die; open the colony with ...life.options, and give it life.model(...) and life.tool(...)",
        ],
      },
    ]);
  });

  test("a cut at a place that there is not", async () => {
    const { failures } = await crashEverywhere(fine, { cuts: [2, 9] });
    expect(failures).toEqual([
      {
        cut: "9 (nothing: the run was over by then)",
        problems: ["it never came to 9: the run passes 2 places, see `points`"],
      },
    ]);
  });

  test("a ground that two runs share, or two sweeps", async () => {
    const ground: Ground = createMemoryGround();
    const shared = { ...fine, ground: () => ({ ...ground }) };
    await expect(crashEverywhere(shared)).rejects.toThrow(SHARED);
    await expect(crashAt(shared, 1)).rejects.toThrow(SHARED);
  });

  test("a process that is not waited for", async () => {
    const { failures } = await crashEverywhere(odd({ live: () => undefined }));
    expect(failures[0]?.problems.join()).toContain(
      "what `live` of a scenario gives is missing; give a promise, as an async function does",
    );
  });

  test("a process that throws before it has begun", async () => {
    const live = (): never => {
      throw new Error("at once");
    };
    const { failures } = await crashEverywhere(odd({ live }));
    expect(failures).toEqual([{ cut: "without a cut", problems: ["it threw: Error: at once"] }]);
  });
});

describe("what `check` gives", () => {
  test("may come later", async () => {
    const { failures } = await crashEverywhere({ ...fine, check: async () => ["charged twice"] });
    expect(failures.map(({ cut }) => cut)).toEqual(["without a cut", "1 (one)", "2 (two)"]);
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "is missing"],
    ["false", false, "is false"],
    ["true", true, "is true"],
    ["a text", "charged twice", 'is "charged twice"'],
    ["a list of errors", [new Error("charged twice")], ": [0] is an object that will not do"],
  ])("is refused where it is %s", async (_what, given, words) => {
    const refused = crashEverywhere(odd({ check: () => given }));
    await expect(refused).rejects.toMatchObject({
      code: "usage.invalid",
      message: `what \`check\` of a scenario gives${words.startsWith(":") ? "" : " "}${words}; give a list of texts, one for each thing that is wrong`,
    });
  });
});
