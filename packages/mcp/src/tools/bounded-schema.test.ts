import type { JsonObject } from "@colony/core";
import { expect, it } from "vitest";
import { boundedSchema } from "./bounded-schema.ts";
import { inputCheck } from "./input-check.ts";

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...more,
});

it("patterns and formats of a server are not run, and hold nobody to anything", () => {
  const check = inputCheck(
    object(
      {
        s: { type: "string", pattern: "^(a+)+$", format: "regex", maxLength: 100 },
        pattern: { type: "number" },
      },
      { patternProperties: { "^(a+)+$": { type: "null" } }, additionalProperties: false },
    ),
  );
  const s = `${"a".repeat(60)}!`;
  expect(check({ s, pattern: 1, [s]: 2 })).toEqual({ value: { s, pattern: 1, [s]: 2 } });
  expect(check({ s: s.repeat(2) })).toEqual({ problem: "s must NOT have more than 100 characters" });
  expect(check({ pattern: "1" })).toEqual({ problem: "pattern must be number" });
});

it("what a schema refers to within itself is held to, round and round only once", () => {
  const check = inputCheck(
    object(
      { tree: { $ref: "#/$defs/tree" }, away: { $ref: "http://127.0.0.1:9/x" } },
      {
        $defs: {
          tree: object(
            { size: { $ref: "#/$defs/a~1b" }, next: { $ref: "#/$defs/tree" } },
            { required: ["size"], additionalProperties: false },
          ),
          "a/b": { type: "integer" },
        },
      },
    ),
  );
  expect(check({ tree: { size: 1, next: { size: 2, next: { size: "?" } } }, away: 1 })).toHaveProperty(
    "value",
  );
  expect(check({ tree: {} })).toEqual({ problem: "tree must have required property 'size'" });
  expect(check({ tree: { size: 1.5 } })).toEqual({ problem: "tree/size must be integer" });
  expect(check({ tree: { size: 1, more: 1 } })).toEqual({
    problem: "tree must NOT have additional properties",
  });
});

it.each<[string, JsonObject, JsonObject]>([
  ["of one of several", { v: { oneOf: [{ pattern: "a" }, { pattern: "b" }] } }, { v: "a" }],
  ["of what it must not be", { v: { not: { pattern: "^b" } } }, { v: "a" }],
  ["of if", { v: { if: { pattern: "^b" }, else: { const: "a" } } }, { v: "b" }],
  ["of null", { v: { type: "string", nullable: true } }, { v: null }],
  ["of other keys", { v: true, w: false }, { v: 1, x: 2 }],
  ["of nothing known", { v: { $ref: "#/nowhere" } }, { v: 1 }],
  ["of the prototype", { v: { $ref: "#/constructor" } }, { v: 1 }],
])("what fits a schema is never refused for what was left out of it: %s", (_title, properties, input) => {
  expect(inputCheck(object(properties))(input)).toEqual({ value: input });
});

it("one of several must fit, and all of all", () => {
  const check = inputCheck(
    object({
      v: {
        oneOf: [{ type: "string" }, { type: "null" }],
        allOf: [{ minLength: 2 }],
        anyOf: [{ maxLength: 3 }],
      },
      w: { type: "array", items: { enum: ["a", "b"] } },
    }),
  );
  expect(check({ v: "ab", w: ["a"] })).toHaveProperty("value");
  expect(check({ v: null })).toHaveProperty("value");
  for (const input of [{ v: 1 }, { v: "a" }, { v: "abcd" }, { w: ["c"] }])
    expect(check(input)).toHaveProperty("problem");
});

const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => {
    const below = { $ref: `#/$defs/d${index + 1}` };
    return [`d${index}`, { allOf: [below, below] }];
  }),
);
const chain = Object.fromEntries(
  Array.from({ length: 3_000 }, (_, index) => [`d${index}`, { items: { $ref: `#/$defs/d${index + 1}` } }]),
);

it.each<[string, JsonObject]>([
  ["doubles itself with each reference", object({ v: { $ref: "#/$defs/d0" } }, { $defs: doubling })],
  ["leads from one reference to the next", object({ v: { $ref: "#/$defs/d0" } }, { $defs: chain })],
  ["lists a million things", object({ v: { enum: Array.from({ length: 1_000_000 }, (_, index) => index) } })],
  [
    "has a thousand ways to fit",
    object({ v: { anyOf: Array.from({ length: 1_000 }, (_, index) => ({ const: index + 2 })) } }),
  ],
  [
    "says one large thing many times",
    object(
      Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`p${index}`, { $ref: "#/$defs/d" }])),
      { $defs: { d: { enum: ["x".repeat(1_000)] } } },
    ),
  ],
])("a schema that %s is left to the server", (_title, schema) => {
  expect(boundedSchema(schema)).toBeUndefined();
  expect(inputCheck(schema)({ v: 1 })).toEqual({ value: { v: 1 } });
});

it("what is wrong with an input is told in a bounded text", () => {
  const check = inputCheck(
    object({}, { required: Array.from({ length: 500 }, (_, index) => `key${index}`) }),
  );
  const told = check({});
  expect("problem" in told && told.problem.length).toBeLessThan(2_100);
  expect(told).toEqual({
    problem: expect.stringMatching(/^the input must have required property 'key0', .* \.\.\.$/u) as string,
  });
});

it("an input that is nested too deep for whoever checks it is refused", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`) as JsonObject;
  expect(inputCheck({ type: "object" })(deep)).toEqual({
    problem: "the input must be nested at most 200 levels deep",
  });
});
