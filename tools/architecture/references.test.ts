import { expect, test } from "vitest";
import { referenceFindings } from "./references.ts";

const config = (path: string, references: readonly string[]) => ({
  path,
  text: JSON.stringify({ references: references.map((reference) => ({ path: reference })) }),
});

const complete = [
  config("tsconfig.json", ["./packages/a", "./packages/b", "./tsconfig.test.json"]),
  config("tsconfig.test.json", ["./packages/a", "./packages/b"]),
  config("packages/a/tsconfig.json", []),
];

test("references that mirror the manifests are right", () => {
  expect(
    referenceFindings([...complete, config("packages/b/tsconfig.json", ["../a"])], { a: [], b: ["a"] }),
  ).toEqual([]);
});

test("a missing, a needless and an absent configuration are found", () => {
  expect(referenceFindings(complete, { a: [], b: ["a"] })).toEqual(["packages/b/tsconfig.json is missing"]);
  const files = [...complete, config("packages/b/tsconfig.json", ["../c"])];
  expect(referenceFindings(files, { a: [], b: ["a"] })).toEqual([
    "packages/b/tsconfig.json does not reference ../a",
    "packages/b/tsconfig.json references ../c without need",
  ]);
});
