import { expect, it } from "vitest";
import { checkTimeoutMs } from "./timeout.ts";

it.each([undefined, 0, 0.5, 2 ** 31, 1e12, Number.POSITIVE_INFINITY])(
  "a wait of %s ms can be asked for",
  (value) => {
    expect(() => checkTimeoutMs(value)).not.toThrow();
  },
);

it.each([
  [Number.NaN, "NaN"],
  [-1, "-1"],
  [Number.NEGATIVE_INFINITY, "-Infinity"],
  ["5", '"5"'],
  [null, "null"],
  [{}, "an object that will not do"],
  [10n, "10n"],
  [Symbol("s"), "a symbol"],
])("a wait of %s is refused in one sentence", (value, shown) => {
  expect(() => checkTimeoutMs(value)).toThrow(
    expect.objectContaining({
      code: "usage.invalid",
      message: `timeoutMs is ${shown}; give a number of milliseconds from 0; Infinity waits without end`,
    }),
  );
});
