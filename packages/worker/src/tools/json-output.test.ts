import type { JsonValue } from "@colony/core";
import { expect, it } from "vitest";
import { copyOf, jsonOutput } from "./json-output.ts";

it("copies what was read as JSON, member by member, and shares nothing with it", () => {
  const read = JSON.parse('{"a":[{"b":[1,null]},"c"],"d":{"__proto__":{"e":true}}}') as JsonValue;
  const copy = copyOf(read) as { a: { b: number[] }[]; d: Record<string, { e: boolean }> };
  expect(copy).toEqual(read);
  const inner = Object.getOwnPropertyDescriptor(copy.d, "__proto__")?.value as { e: boolean };
  inner.e = false;
  copy.a[0]?.b.push(2);
  expect(JSON.stringify(read)).toBe('{"a":[{"b":[1,null]},"c"],"d":{"__proto__":{"e":true}}}');
  expect(Object.getPrototypeOf(copy.d)).toBe(Object.prototype);
});

it.each([null, 3, "x", true, [], {}])("leaves %j as it is", (value) => {
  expect(copyOf(value)).toEqual(value);
});

it("records big integers as their digits, and says why something has no JSON", () => {
  expect(jsonOutput({ big: [10n ** 20n], at: new Date(0) })).toMatchObject({
    value: { big: ["100000000000000000000"], at: "1970-01-01T00:00:00.000Z" },
  });
  const round: { self?: unknown } = {};
  round.self = round;
  expect(jsonOutput(round)).toEqual({ problem: expect.stringContaining("circular") as string });
  expect(jsonOutput(() => 1)).toEqual({ problem: "it returned a function" });
});
