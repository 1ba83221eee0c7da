import { describe, expect, it } from "vitest";
import { ColonyFolder } from "./testing/colony-folder.ts";

async function wrong(text: string, name = "colony.yaml"): Promise<readonly string[]> {
  using folder = new ColonyFolder({ [name]: text });
  return await folder.wrong({}, name);
}

/** Each line holds the one above it. */
function deepByAliases(): string {
  const lines = Array.from({ length: 150 }, (_, index) => `k${index + 1}: &k${index + 1} [*k${index}]`);
  return ["k0: &k0 [x]", ...lines].join("\n");
}

describe("what cannot be read", () => {
  it.each([
    ["version: 1\nlimits: &l { concurrency: *l }\n", "2:27: cannot be read: *l stands within &l itself"],
    ["&r\nversion: 1\nworkers:\n  - a: *r\n", "4:8: cannot be read: *r stands within &r itself"],
  ])("is what holds itself: %j", async (text, line) => {
    expect(await wrong(text)).toEqual([`colony.yaml:${line}; write out what it is to hold`]);
  });

  it.each<[string, string, string]>([
    ["lists", `version: 1\nx: ${"[".repeat(20_000)}${"]".repeat(20_000)}\n`, "2:"],
    ["lists without an end", `version: 1\nx: ${"[".repeat(500_000)}`, "2:"],
    ["maps", `version: 1\nx: ${"{a: ".repeat(20_000)}1${"}".repeat(20_000)}\n`, "2:"],
    ["blocks", `version: 1\nx:\n  ${"- ".repeat(300_000)}a\n`, "3:"],
    ["keys", `version: 1\n${"? ".repeat(300_000)}a\n`, "2:"],
    ["aliases", deepByAliases(), "100:"],
  ])("is what is nested too deep, in one sentence: %s", async (_title, text, line) => {
    const lines = await wrong(text);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^colony\.yaml:\d+:\d+: is nested more than 100 levels deep; write it flatter$/u,
    );
    expect(lines[0]).toContain(`colony.yaml:${line}`);
  });

  it("in JSON is what is nested too deep as well", async () => {
    const text = `{"version": "1",\n"x": ${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    expect(await wrong(text, "colony.json")).toEqual([
      expect.stringMatching(/^colony\.json:2:\d+: is nested more than 100 levels deep; write it flatter$/u),
    ]);
  });
});
