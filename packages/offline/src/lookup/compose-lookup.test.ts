import { expect, test } from "vitest";
import { composeLookup } from "./compose-lookup.ts";

const finding = (name: string, data: unknown, more: { status?: string; error?: string } = {}) => ({
  name,
  worker: `w-${name}`,
  status: "success",
  summary: "found",
  error: "",
  data,
  ...more,
});

test("what two reports say under the same head stands side by side with its source, the rest below", () => {
  const answer = composeLookup("Compare a with b", [
    finding("a", { facts: ["docs/a.md: - Cost: 10 | 20", "docs/a.md:7: only a"] }),
    finding("b", { facts: ["docs/b.md: **Cost:** 30"], Mood: "good" }),
  ]);
  expect(answer).toContain("|  | a | b |\n");
  expect(answer).toContain(String.raw`| Cost | 10 \| 20 | 30 |`);
  expect(answer).toContain("| Source | `docs/a.md` | `docs/b.md` |");
  expect(answer).toContain("## a\n\n`w-a` reported success: found\n\n- docs/a.md:7: only a");
  expect(answer).toContain("- Mood: good");
  expect(answer.match(/Cost/gu)).toHaveLength(1);
  expect(answer).toMatch(/quoted from the workers' reports.*not judge it/u);
});

test("a failed one is named before anything else, with its reason", () => {
  const answer = composeLookup("Compare", [
    finding("a", ["one"]),
    finding("b", null, { status: "timed_out", error: "no time left" }),
  ]);
  expect(answer).toContain("2 workers looked this up: 1 success, 1 timed\\_out. **Missing: b**");
  expect(answer).toContain("`w-b` reported timed\\_out: no time left - found");
  expect(answer).not.toContain("|");
});

test("of one report everything is told, whatever its shape, and nothing in it becomes markup", () => {
  const answer = composeLookup("Find <x>", [
    finding("x", { n: 3, rows: [{ a: 1 }], deep: { b: true }, no: "*s*" }),
  ]);
  expect(answer).toContain(String.raw`# Find \<x\>`);
  expect(answer).toContain('- n: 3\n- {"a":1}\n- deep: {"b":true}\n- no: \\*s\\*');
});
