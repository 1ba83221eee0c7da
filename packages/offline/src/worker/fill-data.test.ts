import { expect, test } from "vitest";
import { fillData } from "./fill-data.ts";

const MATERIAL = { summary: "2 lines found.", lines: ["one", "two"], count: 2 };
const object = (
  properties: Record<string, unknown>,
  required = Object.keys(properties),
): Record<string, unknown> => ({
  type: "object",
  properties,
  required,
});

test("lists get the lines, counts the count, texts the summary, and what asks whether there is any a yes", () => {
  const schema = object({
    facts: { type: "array", items: { type: "string" }, maxItems: 1 },
    answer: { type: "string" },
    matches: { type: "integer" },
    found: { type: "boolean" },
    detail: object({ lineCount: { type: "number" } }),
    author: { anyOf: [{ type: "string" }, { type: "null" }] },
    kind: { const: "lookup" },
  });
  expect(fillData(schema, MATERIAL)).toEqual({
    data: {
      facts: ["one"],
      answer: "2 lines found.",
      matches: 2,
      found: true,
      detail: { lineCount: 2 },
      author: null,
      kind: "lookup",
    },
  });
});

test("a field whose meaning is not known is left out, or named where it is required", () => {
  const fields = {
    priceEur: { type: "number" },
    status: { enum: ["a", "b"] },
    rows: { type: "array", items: { type: "object" } },
    page: object({ author: { type: "string" } }),
  };
  expect(fillData(object(fields, []), MATERIAL)).toEqual({ data: {} });
  expect(fillData(object(fields), MATERIAL)).toEqual({
    unfillable: ["data.priceEur", "data.status", "data.rows", "data.page.author"],
  });
});

test("without a schema the lines are the data", () => {
  expect(fillData({ type: "object", description: "Any." }, MATERIAL)).toEqual({
    data: { found: ["one", "two"] },
  });
  expect(fillData({ type: "array", items: { type: "string" } }, MATERIAL)).toEqual({ data: ["one", "two"] });
});
