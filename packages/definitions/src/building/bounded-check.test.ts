import { expect, it } from "vitest";
import { z } from "zod";
import { boundedCheck } from "./bounded-check.ts";

const check = boundedCheck(
  z.fromJSONSchema({
    type: "object",
    properties: {
      commit: { type: "string", pattern: "^[0-9a-f]{40}$" },
      words: { type: "string", pattern: "^(a+)+$" },
    },
  }),
);

it("what fits is taken, and what does not is named with its path", () => {
  expect(check({ commit: "0123456789".repeat(4), words: "aaa" })).toEqual([]);
  expect(check({ commit: "HEAD" })).toMatchObject([{ path: ["commit"] }]);
});

it("a pattern that would need years for a text is given up, and the next text is checked as ever", () => {
  expect(check({ words: `${"a".repeat(60)}!` })).toEqual([
    { path: [], message: "its check took more than 0.5 s; say less, or say it in shorter texts" },
  ]);
  expect(check({ words: "aaa" })).toEqual([]);
  expect(check({ words: "b" })).toMatchObject([{ path: ["words"] }]);
});
