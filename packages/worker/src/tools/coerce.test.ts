import { JsonObjectSchema, type JsonObject, type JsonValue } from "@colony/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { coerce } from "./coerce.ts";

const schemaOf = (schema: z.ZodType): JsonObject =>
  JsonObjectSchema.parse(z.toJSONSchema(schema, { io: "input" }));
const coerced = (value: JsonValue, schema: z.ZodType): JsonValue => coerce(value, schemaOf(schema));

const Nested = z.object({
  count: z.int(),
  on: z.boolean().optional(),
  tags: z.array(z.string()),
  where: z.object({ path: z.string(), line: z.number().optional() }).nullable().optional(),
});

describe("an input in the wrong clothes", () => {
  test.each<[string, JsonValue, z.ZodType, JsonValue]>([
    ["digits become a number", "3", z.number(), 3],
    ["digits with a sign and a fraction become a number", " -2.5 ", z.number(), -2.5],
    ["a word becomes a boolean", "True", z.boolean(), true],
    ["the word null becomes null", "null", z.number().nullable(), null],
    ["an object written as text is read", '{"n":"3"}', z.object({ n: z.number() }), { n: 3 }],
    ["a list written as text is read", '["1","2"]', z.array(z.number()), [1, 2]],
    ["a single value becomes a list", "a", z.array(z.string()), ["a"]],
    ["a single object becomes a list", { n: "1" }, z.array(z.object({ n: z.number() })), [{ n: 1 }]],
    [
      "a text that looks like a list and is none becomes a list",
      "[draft] title",
      z.array(z.string()),
      ["[draft] title"],
    ],
    ["a number becomes the text that is wanted", 5, z.string(), "5"],
    ["null is left out where something is optional", { n: null }, z.object({ n: z.number().optional() }), {}],
    ["places of a tuple are put right one by one", ["1", "a"], z.tuple([z.number(), z.string()]), [1, "a"]],
    ["values of a record are put right", { a: "1" }, z.record(z.string(), z.number()), { a: 1 }],
    ["the alternative that fits is taken", "3", z.union([z.boolean(), z.number()]), 3],
    [
      "members of an object that may be null are put right",
      { where: { path: "a", line: "4" }, count: "1", tags: "x", on: "false" },
      Nested,
      { where: { path: "a", line: 4 }, count: 1, tags: ["x"], on: false },
    ],
    [
      "the object among alternatives that can be made to fit is taken",
      { kind: "b", n: "3" },
      z.union([
        z.object({ kind: z.literal("a"), n: z.string() }),
        z.object({ kind: z.literal("b"), n: z.number() }),
      ]),
      { kind: "b", n: 3 },
    ],
    ["a constant is met", "3", z.literal(3), 3],
  ])("%s", (...[_title, value, schema, expected]) => {
    expect(coerced(value, schema)).toEqual(expected);
    expect(schema.safeParse(expected).success).toBe(true);
  });
});

describe("an input that is doubtful", () => {
  test.each<[string, JsonValue, z.ZodType]>([
    ["digits of another base", "0x10", z.number()],
    ["more digits than a number holds", "12345678901234567890", z.number()],
    ["nothing where a number is wanted", "", z.number()],
    ["null where something is required", { n: null }, z.object({ n: z.number() })],
    ["a word where a boolean is wanted", "yes", z.boolean()],
    ["text that is not JSON where an object is wanted", "{broken", z.object({})],
    ["a list where one value is wanted", ["a"], z.string()],
  ])("stays as it is: %s", (_title, value, schema) => {
    expect(coerced(value, schema)).toEqual(value);
  });

  test("keeps members that nobody asked for, also those with odd names", () => {
    const value = JSON.parse('{"n":"1","__proto__":{"a":1},"more":[1]}') as JsonValue;
    expect(JSON.stringify(coerced(value, z.looseObject({ n: z.number() })))).toBe(
      '{"n":1,"__proto__":{"a":1},"more":[1]}',
    );
  });
});

/** A schema together with values that fit it. */
const typed: fc.Arbitrary<readonly [z.ZodType, fc.Arbitrary<JsonValue>]> = fc.letrec<{
  any: readonly [z.ZodType, fc.Arbitrary<JsonValue>];
}>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.constant([
      z.string(),
      fc.oneof(fc.string(), fc.constantFrom("3", "true", "null", "[]", "{}", "")),
    ] as const),
    fc.constant([z.number(), fc.integer()] as const),
    fc.constant([z.boolean(), fc.boolean()] as const),
    fc.constant([z.enum(["1", "true", "x"]), fc.constantFrom("1", "true", "x")] as const),
    fc.constant([z.unknown(), fc.jsonValue() as fc.Arbitrary<JsonValue>] as const),
    tie("any").map(([schema, values]) => [z.array(schema), fc.array(values, { maxLength: 3 })] as const),
    tie("any").map(([schema, values]) => [schema.nullable(), fc.option(values)] as const),
    fc
      .tuple(tie("any"), tie("any"))
      .map(([[a, as], [b, bs]]) => [z.union([a, b]), fc.oneof(as, bs)] as const),
    fc
      .tuple(tie("any"), tie("any"))
      .map(
        ([[a, as], [b, bs]]) =>
          [
            z.object({ a, b: b.optional() }),
            fc.oneof(fc.record({ a: as }), fc.record({ a: as, b: bs })) as fc.Arbitrary<JsonValue>,
          ] as const,
      ),
  ),
})).any;

test("an input that fits is never changed", () => {
  fc.assert(
    fc.property(
      typed.chain(([schema, values]) => fc.tuple(fc.constant(schema), values)),
      ([schema, value]) => {
        fc.pre(schema.safeParse(value).success);
        expect(coerced(value, schema)).toEqual(value);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("whatever a model writes, putting it right never throws and gives JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), typed, (value, [schema]) => {
      const result = coerced(value as JsonValue, schema);
      expect(JSON.parse(JSON.stringify(result))).toEqual(JSON.parse(JSON.stringify(result)));
    }),
  );
});
