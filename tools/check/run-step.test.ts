import { expect, test } from "vitest";
import { judge } from "./run-step.ts";
import { steps } from "./steps.ts";

const outputs: Readonly<Record<string, string>> = {
  format: "All matched files use the correct format.\nFinished in 19ms on 77 files using 2 threads.",
  lint: "Found 0 warnings and 0 errors.\nFinished in 924ms on 48 files with 219 rules using 2 threads.",
  types: "Projects in this build: \n    * packages/core/tsconfig.json\n    * tsconfig.test.json\n",
  "dead code": "Read 31 files.",
  architecture: " Test Files  9 passed (9)\n      Tests  42 passed (42)",
};

test.each(steps)("$name counts what its tool looked at", (step) => {
  expect(judge(step, 0, outputs[step.name] ?? "")).toMatchObject({ passed: true });
});

test.each(steps)("$name is red when its tool looked at nothing", (step) => {
  expect(judge(step, 0, "")).toMatchObject({ passed: false, summary: `checked no ${step.unit}` });
});

test.each(steps)("$name is red when its tool fails", (step) => {
  expect(judge(step, 1, outputs[step.name] ?? "").passed).toBe(false);
});
