import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf } from "./errors/colony-error.ts";
import { canonicalJson, isDeeperThan, isSameJson } from "./json.ts";

describe("canonical JSON", () => {
  it("is the same whatever order keys were written in, and without what JSON leaves out", () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: undefined })).toBe('{"b":[1,{"c":2,"d":1}]}');
    expect(canonicalJson(undefined)).toBe("null");
    expect(canonicalJson([undefined, "x"])).toBe('[null,"x"]');
  });

  it("reads back as the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("two values are the same", () => {
  /** Few names and values, so that many pairs are alike, and members that JSON leaves out. */
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<unknown>(null, undefined, 0, 1, "", "a", true, -0),
      fc.array(tie("value"), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom("a", "b", "__proto__", "constructor"), tie("value"), { maxKeys: 2 }),
    ),
  }));

  it("where their canonical JSON is", () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(isSameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
      { numRuns: 2_000 },
    );
  });

  it("as a copy that was read back is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (each) => {
        expect(isSameJson(each, JSON.parse(JSON.stringify(each)))).toBe(true);
      }),
    );
  });
});

describe("the words of something thrown", () => {
  it("are there whatever was thrown", () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(
      [new Error("bad"), new TypeError(""), "text", { code: 1 }, undefined, 7n, circular].map(messageOf),
    ).toEqual(["bad", "TypeError", "text", '{"code":1}', "undefined", "7", "[object Object]"]);
  });
});

it("how deep values lie in one another is told without going deeper than asked", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
  expect(isDeeperThan(200, deep)).toBe(true);
  expect(isDeeperThan(0, "text")).toBe(false);
  expect(isDeeperThan(0, [])).toBe(true);
  expect(isDeeperThan(2, { a: [1, "b", null, {}], b: 2 })).toBe(true);
  expect(isDeeperThan(3, { a: [1, "b", null, {}], b: 2 })).toBe(false);
});
