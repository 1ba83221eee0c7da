import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf } from "./errors/colony-error.ts";
import { canonicalJson } from "./json.ts";

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

describe("the words of something thrown", () => {
  it("are there whatever was thrown", () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(
      [new Error("bad"), new TypeError(""), "text", { code: 1 }, undefined, 7n, circular].map(messageOf),
    ).toEqual(["bad", "TypeError", "text", '{"code":1}', "undefined", "7", "[object Object]"]);
  });
});
