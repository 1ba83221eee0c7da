import { expect, it } from "vitest";
import { spanMs } from "./span.ts";

it.each([
  ["90", 90_000],
  ["0", 0],
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5h", 5_400_000],
  ["1h30m", 5_400_000],
  [" 10M ", 600_000],
])("%j is a time", (text, ms) => {
  expect(spanMs(text)).toBe(ms);
});

it.each(["", "m", "10 m", "-5s", "10d", "ten", "1h30", "Infinity"])("%j is none", (text) => {
  expect(spanMs(text)).toBeUndefined();
});
