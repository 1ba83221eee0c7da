import { NO_USAGE } from "@colony/core";
import { expect, it } from "vitest";
import { bytes, cost, duration, moment, timeOfDay, tokens, tokensOf } from "./units.ts";

it.each([
  [-5, "0ms"],
  [42, "42ms"],
  [400, "0.4s"],
  [9_949, "9.9s"],
  [9_960, "10s"],
  [59_400, "59s"],
  [59_600, "1m00s"],
  [185_000, "3m05s"],
  [3_720_000, "1h02m"],
])("%d ms reads %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it.each([
  [0, "0"],
  [950, "950"],
  [8_100, "8.1k"],
  [8_000, "8k"],
  [123_456, "123k"],
  [999_600, "1M"],
  [1_240_000, "1.2M"],
])("%d tokens read %s", (count, text) => {
  expect(tokens(count)).toBe(text);
});

it("an unknown cost is never free", () => {
  expect([cost(null), cost(0), cost(0.0031), cost(1.5)]).toEqual(["cost ?", "free", "$0.0031", "$1.50"]);
});

it.each([
  [1, "1 byte"],
  [999, "999 bytes"],
  [14_200, "14.2 kB"],
  [3_100_000, "3.1 MB"],
  [2e15, "2000 TB"],
])("%d bytes read %s", (count, text) => {
  expect(bytes(count)).toBe(text);
});

it("a moment reads as its place sees it", () => {
  const at = new Date(2026, 2, 1, 4, 3, 2, 9).getTime();
  expect(timeOfDay(at)).toBe("04:03:02.009");
  expect(moment(at)).toBe("2026-03-01 04:03:02");
});

it("tokens count in and out", () => {
  expect(tokensOf({ ...NO_USAGE, inputTokens: 3, outputTokens: 4 })).toBe(7);
});
