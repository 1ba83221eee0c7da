import { expect, test } from "vitest";
import { composeSurvey } from "./compose-survey.ts";
import type { PartOutcome, SurveyMaterial } from "./material.ts";
import { readPartResult } from "./part-result.ts";

function part(name: string, data: Record<string, unknown>, more: Partial<PartOutcome> = {}): PartOutcome {
  return { name, worker: `w-${name}`, status: "success", reason: "", result: readPartResult(data), ...more };
}

function survey(parts: readonly PartOutcome[], more: Partial<SurveyMaterial> = {}): string {
  const rest = { filesListed: undefined, source: "find -type f", note: "", notCounted: {}, excluded: [] };
  return composeSurvey({ title: "box", parts, ...rest, ...more });
}

test("languages of all parts are added up, and those that were not listed are one row", () => {
  const text = survey([
    part("a", {
      total: { files: 3, lines: 6, bytes: 9 },
      languages: [{ language: "Go", files: 1, lines: 2, bytes: 3 }],
      otherLanguages: { files: 2, lines: 4, bytes: 6 },
    }),
    part("b", {
      total: { files: 1, lines: 1, bytes: 1 },
      languages: [{ language: "Go", files: 1, lines: 1, bytes: 1 }],
    }),
  ]);
  expect(text).toContain("**4 files, 7 lines, 10 bytes** (10 B) in 2 parts");
  expect(text).toContain("| Go | 2 | 3 | 4 |\n| rarer kinds | 2 | 4 | 6 |");
});

test("files that could not be read are named, and how many more there are", () => {
  const problems = { count: 3, first: [{ path: "a/x|y", problem: "permission denied" }] };
  const text = survey([part("a", { total: { files: 3, lines: 0, bytes: 0 }, problems })]);
  expect(text).toContain("- `a/x|y`: permission denied; its lines and bytes are not in the totals.");
  expect(text).toContain("- and 2 more in `a` that could not be read.");
});

test("a partial part keeps its numbers and is named with the reason", () => {
  const text = survey([
    part(
      "a",
      { total: { files: 1, lines: 1, bytes: 1 }, missing: ["outline_files failed: no"] },
      { status: "partial" },
    ),
  ]);
  expect(text).not.toContain("totals are partial");
  expect(text).toContain(
    "- `a` is incomplete: its worker `w-a` reported partial (outline\\_files failed: no).",
  );
});

test("a folder that changed between the listing and the measuring is told", () => {
  const parts = [part("a", { total: { files: 5, lines: 1, bytes: 1 } })];
  expect(survey(parts, { filesListed: 4 })).toContain("The folder changed meanwhile: 4 files when");
  expect(survey(parts, { filesListed: 5 })).not.toContain("## Problems");
});

test("names and texts cannot break the table or bring markup of their own", () => {
  const text = survey([
    part("a|b`\n", { total: { files: 1, lines: 1, bytes: 1 }, description: "<script> | [x](y) *z*\n# h" }),
  ]);
  expect(text).toContain(String.raw`| ${"`` a\\|b`\\n ``"} | 1 | 1 | 1 | \<script\> \| \[x\](y) \*z\* # h |`);
});
