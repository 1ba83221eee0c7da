import { expect, test } from "vitest";
import { subjectsIn } from "./subjects.ts";

test.each([
  ["Compare the three proposals in ./docs", ["proposal 1", "proposal 2", "proposal 3"]],
  ["Compare these 2 case studies", ["case study 1", "case study 2"]],
  ["Compare all four boxes.", ["box 1", "box 2", "box 3", "box 4"]],
  ["Compare Postgres, SQLite and DuckDB", ["Postgres", "SQLite", "DuckDB"]],
  ["Please compare the night buses with the shared bicycles in ./docs.", ["night buses", "shared bicycles"]],
  ["Compare a.md and docs/b.md", ["a.md", "docs/b.md"]],
  ["Research heat pumps and solar roofs", ["heat pumps", "solar roofs"]],
])("%j names %j", (request, subjects) => {
  expect(subjectsIn(request)).toEqual(subjects);
});

test.each([
  "Find three examples of recursion",
  "Find the price and tell me what you think of it",
  "What does the handbook say about holidays and illness?",
  "Find out what happened in the last three days",
  "Compare the 60 states",
  "Compare",
  "",
])("%j names nothing that can be told apart", (request) => {
  expect(subjectsIn(request)).toEqual([]);
});
