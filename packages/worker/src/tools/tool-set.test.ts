import type { ColonyError } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { defineWorker } from "../definition.ts";
import { allowedBy, leaves, requireKnown, requireReporting, type ToolSet } from "./tool-set.ts";

const ALL = [
  { name: "read_file" },
  { name: "read_web", group: "web" },
  { name: "spawn_worker", group: "delegation" },
  { name: "report_to_parent", group: "report" },
] as const;

const left = (set: ToolSet | undefined): readonly string[] =>
  ALL.filter((tool) => leaves(set, tool)).map(({ name }) => name);

const thrownBy = (work: () => unknown): Pick<ColonyError, "code" | "message"> => {
  try {
    work();
  } catch (error) {
    return error as ColonyError;
  }
  throw new Error("nothing was thrown");
};

describe("a tool set", () => {
  it.each<[string, ToolSet | undefined, readonly string[]]>([
    ["that is not there leaves everything", undefined, ["read_file", "read_web", "spawn_worker"]],
    ["that says nothing leaves everything", {}, ["read_file", "read_web", "spawn_worker"]],
    ["leaves what it allows by name", { allow: ["read_file"] }, ["read_file"]],
    ["leaves what it allows by the beginning of names", { allow: ["read_*"] }, ["read_file", "read_web"]],
    ["leaves groups that it names", { groups: ["web", "delegation"] }, ["read_web", "spawn_worker"]],
    [
      "leaves what either of its lists allows",
      { allow: ["read_file"], groups: ["web"] },
      ["read_file", "read_web"],
    ],
    ["takes names away", { deny: ["read_web"] }, ["read_file", "spawn_worker"]],
    ["takes groups away", { deny: ["group:delegation"] }, ["read_file", "read_web"]],
    ["takes away what it allows and denies", { allow: ["read_*"], deny: ["group:web"] }, ["read_file"]],
    ["may take away everything", { deny: ["*"] }, []],
    ["that allows nothing leaves nothing", { allow: [] }, []],
  ])("%s, and always the way to report", (_what, set, names) => {
    expect(left(set)).toEqual([...names, "report_to_parent"]);
  });

  it("is one list of what it allows, or everything", () => {
    expect(allowedBy({ deny: ["a"] })).toBeUndefined();
    expect(allowedBy({ allow: ["a"], groups: ["web"] })).toEqual(["a", "group:web"]);
  });

  it.each(["report_to_parent", "group:report"])("cannot deny %s", (entry) => {
    expect(
      thrownBy(() => requireReporting({ deny: ["*", entry] }, "toolSet", "definition.invalid")),
    ).toMatchObject({
      code: "definition.invalid",
      message: `toolSet.deny names "${entry}", which is how a worker ends and cannot be denied; leave it out`,
    });
    expect(() =>
      requireReporting({ deny: ["*", "report_*"] }, "toolSet", "definition.invalid"),
    ).not.toThrow();
  });

  it.each<[ToolSet, string]>([
    [
      { allow: ["read_fil"] },
      'toolSet.allow names "read_fil", which is no tool that there is (did you mean "read_file"?)',
    ],
    [
      { deny: ["group:webb"] },
      'toolSet.deny names "group:webb", which is no tool that there is (did you mean "group:web"?)',
    ],
    [
      { groups: ["delegatoin"] },
      'toolSet.groups names "delegatoin", which is no tool that there is (did you mean "delegation"?)',
    ],
    [
      { allow: ["writes_*"] },
      'toolSet.allow names "writes_*", which is no tool that there is; there are: group:delegation, ',
    ],
  ])("that names what there is not is refused with what was meant: %j", (set, sentence) => {
    const thrown = thrownBy(() => requireKnown(set, ALL, { where: "toolSet", code: "definition.invalid" }));
    expect(thrown.code).toBe("definition.invalid");
    expect(thrown.message).toContain(sentence);
  });

  it("may name groups of Colony's own that nobody has a tool of, and the way to report", () => {
    const set = { allow: ["report_to_parent"], groups: ["workspace", "people"], deny: ["group:delegation"] };
    expect(() => requireKnown(set, [], { where: "toolSet", code: "definition.invalid" })).not.toThrow();
  });
});

describe("a worker definition", () => {
  const model = createScriptedModel([]);
  const defined = (more: object) => () => defineWorker({ model, ...more });

  it.each<[object, string]>([
    [
      { toolSet: [] },
      "toolSet of a worker definition is a list; give an object with some of allow, deny, groups",
    ],
    [
      { toolSet: { alow: [] } },
      "there is no option toolSet.alow of a worker definition (did you mean toolSet.allow?)",
    ],
    [
      { toolSet: { allow: "x" } },
      'toolSet.allow of a worker definition is "x"; give a list of names of tools',
    ],
    [
      { toolSet: { deny: ["a b"] } },
      'toolSet.deny[0] of a worker definition is "a b"; give a list of names of tools',
    ],
    [{ toolSet: { deny: ["a*b"] } }, "toolSet.deny[0]"],
    [{ toolSet: { groups: ["group:a"] } }, "toolSet.groups[0]"],
    [{ toolSet: { deny: ["report_to_parent"] } }, 'toolSet.deny names "report_to_parent"'],
    [
      { profile: "compct" },
      'profile is "compct" (did you mean "compact"?); give "full", "compact", "minimal", "none", or an',
    ],
    [{ profile: 7 }, 'profile is 7; give "full", "compact", "minimal", "none", or an object with sections'],
    [{ profile: { sections: ["identiy"] } }, "profile is an object that will not do; give"],
    [{ profile: { sections: [], maxTools: 0 } }, "profile is an object that will not do; give"],
    [{ profile: { sections: [], tools: 3 } }, "profile is an object that will not do; give"],
    [{ environment: 3 }, "environment of a worker definition is 3; give a text"],
    [{ notes: "x" }, 'notes of a worker definition is "x"; give a list of texts'],
  ])("is refused with one sentence for %j", (options, sentence) => {
    const thrown = thrownBy(defined(options));
    expect(thrown.code).toBe("definition.invalid");
    expect(thrown.message).toContain(sentence);
  });

  it("holds what it was given, and nothing of what it was not", () => {
    const given = {
      toolSet: { deny: ["*"] },
      profile: "minimal",
      environment: "here",
      notes: ["so"],
    } as const;
    expect(defineWorker({ model, ...given })).toMatchObject(given);
    for (const name of Object.keys(given)) expect(defineWorker({ model })).not.toHaveProperty(name);
  });
});
