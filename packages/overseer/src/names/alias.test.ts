import { agentId } from "@colony/core";
import { describe, expect, it } from "vitest";
import { FIRST_WORDS, SECOND_WORDS } from "./alias-words.ts";
import { aliasesOf } from "./alias.ts";
import { namesFor } from "./worker-name.ts";

/** Names of a colony in which each agent takes the first one that is free. */
function taken(ids: readonly string[]): readonly string[] {
  const names = new Map<string, string>();
  for (const id of ids) {
    const index = { byName: (name: string) => (names.has(name) ? { name } : undefined) };
    const [name] = namesFor({ index } as never, { id: agentId(id), name: "auto" });
    names.set(name ?? "", id);
  }
  return [...names.keys()];
}

describe("aliases", () => {
  it("follow from the id, and from nothing else", () => {
    const first = aliasesOf(agentId("w-4f2k"));
    const again = aliasesOf(agentId("w-4f2k"));
    const names = Array.from({ length: 3 }, () => first.next().value);
    expect(Array.from({ length: 3 }, () => again.next().value)).toEqual(names);
    expect(names).toEqual([names[0], `${names[0]}-2`, `${names[0]}-3`]);
    expect(aliasesOf(agentId("w-other")).next().value).not.toBe(names[0]);
  });

  it("of ten thousand workers of one colony are all different", () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `w-${index}`);
    const names = taken(ids);
    expect(names).toHaveLength(10_000);
    // Most need no number, so that they are easy to say.
    expect(names.filter((name) => /\d/.test(name)).length).toBeLessThan(2_500);
  });

  it("are made of plain words, none of them twice, and can be used as names", () => {
    const words = [...FIRST_WORDS, ...SECOND_WORDS];
    expect(new Set(words).size).toBe(words.length);
    for (const word of words) expect(word).toMatch(/^[a-z]{2,12}$/);
  });
});
