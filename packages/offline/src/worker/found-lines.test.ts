import { expect, test } from "vitest";
import { foundLines } from "./found-lines.ts";

test.each([
  ["one\n\n  two \n", ["one", "two"]],
  [
    ["one", "two\nthree"],
    ["one", "two", "three"],
  ],
  [[{ path: "a.md", line: 3, text: "one" }], ["a.md: 3: one"]],
  [{ matchingLines: 1, first: [{ path: "a.md", line: 3, text: "one" }], source: "find" }, ["a.md: 3: one"]],
  [{ results: [] }, []],
  [null, []],
])("%j holds the lines %j", (value, lines) => {
  expect(foundLines(value)).toEqual(lines);
});
