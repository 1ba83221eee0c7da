import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ColonyError } from "../errors/colony-error.ts";
import { optionProblem, requireOptions, requireValue, type OptionTable } from "./option-check.ts";
import { shownValue } from "./shown-value.ts";

const TABLE: OptionTable = {
  place: { fits: z.string(), give: "a place", required: true },
  countMs: { fits: z.int().min(1), give: "a whole number from 1" },
  list: { fits: z.array(z.object({ name: z.string() })), give: "a list of names" },
  some: { fits: z.union([z.string(), z.array(z.string())]), give: "a text or some" },
  inner: {
    fits: z.looseObject({}),
    give: "an object",
    options: { depth: { fits: z.number(), give: "a number" } },
  },
};
const whole = "they are no object";
const problemOf = (options: unknown): string | undefined => optionProblem(options, TABLE, { whole });

class Own {
  readonly place = "here";
  readonly memory = "its own";
}

const hostile = new Proxy(
  {},
  {
    ownKeys() {
      throw new Error("no look");
    },
  },
);

describe("options", () => {
  it.each<[string, unknown]>([
    ["with all that there is", { place: "a", countMs: 1, list: [{ name: "b" }], inner: { depth: 0 } }],
    ["with what has to be", { place: "a" }],
    ["where undefined is left out", { place: "a", countMs: undefined, inner: { depth: undefined } }],
    ["without a prototype", Object.assign(Object.create(null), { place: "a" })],
    ["of a class, with members for itself", new Own()],
  ])("%s are taken", (_what, options) => {
    expect(problemOf(options)).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [null, whole],
    [undefined, whole],
    [[], whole],
    ["place", whole],
    [{}, "place is missing; give a place"],
    [{ place: null }, "place is null; give a place"],
    [{ place: 10n }, "place is 10n; give a place"],
    [{ place: "a", countMs: Number.NaN }, "countMs is NaN; give a whole number from 1"],
    [{ place: "a", list: [{ name: "b" }, { name: 5 }] }, "list[1].name is 5; give a list of names"],
    [{ place: "a", some: 5 }, "some is 5; give a text or some"],
    [{ place: "a", some: ["b", 5] }, "some[1] is 5; give a text or some"],
    [{ place: "a", inner: 4 }, "inner is 4; give an object"],
    [{ place: "a", inner: { depth: "2" } }, 'inner.depth is "2"; give a number'],
    [
      { place: "a", inner: { dept: 1 } },
      "there is no option inner.dept (did you mean inner.depth?); there are: depth",
    ],
    [
      { place: "a", countms: 1 },
      "there is no option countms (did you mean countMs?); there are: place, countMs, list, some, inner",
    ],
    [{ place: "a", x: 1 }, "there is no option x; there are: place, countMs, list, some, inner"],
    [{ place: "a", "a\nb": 1 }, 'there is no option "a\\nb"; there are: place, countMs, list, some, inner'],
  ])("%# are refused in one sentence: %s", (options, sentence) => {
    expect(problemOf(options)).toBe(sentence);
  });

  it("that throw when they are looked at are refused too", () => {
    expect(problemOf(hostile)).toBe("they are no object (they cannot be read: no look)");
  });

  it("may be said to be of something, and are refused with a code", () => {
    const speech = { code: "usage.invalid", whole, before: "a.", of: "b" } as const;
    expect(() => requireOptions({ place: 1 }, TABLE, speech)).toThrow(
      new ColonyError("usage.invalid", "a.place of b is 1; give a place"),
    );
    expect(() => requireOptions({ place: "", x: 1 }, TABLE, speech)).toThrow(
      /^there is no option a\.x of b; /,
    );
    const rule = { fits: z.string(), give: "a text", what: "it", code: "usage.invalid" } as const;
    expect(() => requireValue(5, rule)).toThrow("it is 5; give a text");
    requireValue("", rule);
    const bag = { ...rule, fits: z.array(z.object({ name: z.string() })), what: "the bag" };
    expect(() => requireValue([{ name: 5 }], bag)).toThrow("the bag: [0].name is 5; give a text");
  });
});

it.each<[unknown, string]>([
  [undefined, "missing"],
  [null, "null"],
  [true, "true"],
  [-0.5, "-0.5"],
  [2n ** 65n, "36893488147419103232n"],
  [Symbol("s"), "a symbol"],
  [() => 1, "a function"],
  [[1], "a list"],
  [{ a: 1 }, "an object that will not do"],
  ["a\u0000\uD800", String.raw`"a\u0000\ud800"`],
  ["x".repeat(1_000), `"${"x".repeat(79)}…"`],
])("%# a value is shown, whatever it is", (value, shown) => {
  expect(shownValue(value)).toBe(shown);
});

it("also a proxy that is no more is shown", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(shownValue(proxy)).toBe("an object that will not do");
});
