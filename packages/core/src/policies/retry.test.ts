import { describe, expect, it } from "vitest";
import { callId } from "../ids.ts";
import { MAX_MODEL_TRIES, modelTries, retryDelayMs } from "./retry.ts";

const OVERLOADED = "model.overloaded";
const RATE_LIMITED = "model.rate_limited";

/** The waits of so many calls after so many failures, the shortest first. */
const waits = (failures: number, { code = OVERLOADED, retryAfterMs = 0, calls = 1_000 } = {}): number[] =>
  Array.from({ length: calls }, (_, n) =>
    Number(retryDelayMs(failures, { callId: callId(`w-${n}-1.m${failures}`), code, retryAfterMs })),
  ).toSorted((one, other) => one - other);

describe("the wait before the next try", () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
  ])("after failure %i is %i ms, and up to half of that more", (failures, least) => {
    const all = waits(failures);
    expect(all[0]).toBeGreaterThanOrEqual(least);
    expect(all.at(-1)).toBeLessThan(1.5 * least);
  });

  it("is another one for each call, spread evenly, and the same whenever it is asked for", () => {
    const all = waits(4);
    expect(waits(4)).toEqual(all);
    const tenths = Array.from({ length: 10 }, (_, tenth) => {
      const from = 8_000 + tenth * 400;
      return all.filter((wait) => wait >= from && wait < from + 400).length;
    });
    expect(Math.min(...tenths)).toBeGreaterThan(60);
    expect(Math.max(...tenths)).toBeLessThan(140);
  });

  it("is at least what the provider asked for where that is longer, ten minutes at most, and spread too", () => {
    expect(waits(1, { retryAfterMs: 500 })).toEqual(waits(1));
    for (const [asked, least] of [
      [90_000, 90_000],
      [86_400_000, 600_000],
    ] as const) {
      const all = waits(1, { retryAfterMs: asked });
      expect(all[0]).toBeGreaterThanOrEqual(least);
      expect(all.at(-1)).toBeLessThan(least + 8_000);
      expect(new Set(all).size).toBeGreaterThan(900);
    }
  });

  it("comes four times, and nine times where the provider says that it is asked too often: some two minutes", () => {
    expect([MAX_MODEL_TRIES, modelTries(OVERLOADED), modelTries(RATE_LIMITED)]).toEqual([5, 5, 10]);
    const call = { callId: callId("w-1.1.m1"), retryAfterMs: 90_000 };
    expect(retryDelayMs(4, { ...call, code: OVERLOADED })).toBeGreaterThanOrEqual(90_000);
    expect(retryDelayMs(5, { ...call, code: OVERLOADED })).toBeUndefined();
    expect(retryDelayMs(9, { ...call, code: RATE_LIMITED })).toBeGreaterThanOrEqual(90_000);
    expect(retryDelayMs(10, { ...call, code: RATE_LIMITED })).toBeUndefined();
    const longest = Array.from(
      { length: 9 },
      (_, n) => waits(n + 1, { code: RATE_LIMITED }).at(-1) ?? Number.NaN,
    );
    const all = longest.reduce((sum, wait) => sum + wait, 0);
    expect(all).toBeGreaterThan(100_000);
    expect(all).toBeLessThan(145_000);
  });
});
