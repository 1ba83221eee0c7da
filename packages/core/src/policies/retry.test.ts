import { describe, expect, it } from "vitest";
import { MAX_MODEL_TRIES, retryDelayMs } from "./retry.ts";

describe("the wait before the next try", () => {
  it("doubles from one second, and there are five tries", () => {
    expect([1, 2, 3, 4, 5].map((failures) => retryDelayMs(failures))).toEqual([
      1_000,
      2_000,
      4_000,
      8_000,
      undefined,
    ]);
    expect(MAX_MODEL_TRIES).toBe(5);
  });

  it("is what the provider asked for where that is longer, and ten minutes at most", () => {
    expect(retryDelayMs(1, 500)).toBe(1_000);
    expect(retryDelayMs(1, 90_000)).toBe(90_000);
    expect(retryDelayMs(1, 86_400_000)).toBe(600_000);
    expect(retryDelayMs(5, 90_000)).toBeUndefined();
  });
});
