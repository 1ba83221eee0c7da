import { givenAgent } from "@colony/testkit";
import { expect, it } from "vitest";
import { shownWord } from "./agent-words.ts";

const { record } = givenAgent().started().asked().answered("Three files.").endedAsAsked().state;

it.each([
  ["completed", "success", "completed"],
  ["completed", "partial", "partial"],
  ["failed", "partial", "partial"],
  ["failed", "failed", "failed"],
  ["lost", "lost", "lost"],
  ["cancelled", "cancelled", "cancelled"],
] as const)(
  "one that is %s and has reported %s is shown as %s, as it was told when it came",
  (status, reported, word) => {
    const execution = record.execution === null ? null : { ...record.execution, status };
    const report = record.report === null ? null : { ...record.report, status: reported };
    expect(shownWord({ ...record, execution, report })).toBe(word);
  },
);
