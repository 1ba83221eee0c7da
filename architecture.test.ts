import { describe, expect, test } from "vitest";
import { faceWithLogic, starExport, undocumentedNames } from "./tools/architecture/faces.ts";
import {
  importWithoutExtension,
  outsideWorldCall,
  unexplainedSilence,
  unsoundTest,
} from "./tools/architecture/forbidden-code.ts";
import { findCycle, layerFindings, packageGraph } from "./tools/architecture/layers.ts";
import { vagueName } from "./tools/architecture/names.ts";
import { portFindings } from "./tools/architecture/ports.ts";
import { referenceFindings } from "./tools/architecture/references.ts";
import { findingsIn, readTree } from "./tools/architecture/source-file.ts";
import { lockedAddress, machineTrace } from "./tools/architecture/traces.ts";

// What no linter can hold: how the packages lie upon each other, and what a file may be called and may call.

const files = readTree(import.meta.dirname);
const graph = packageGraph(files);

// The tests of these rules are full of what the rules forbid.
const ownTests = /^(?!tools\/architecture\/.*\.test\.ts$)/.source;
const sources = new RegExp(`${ownTests}(?:packages|examples|tools)/.*\\.ts$`);

describe("packages", () => {
  test("depend only on what the table allows", () => {
    expect(layerFindings(graph)).toEqual([]);
  });

  test("do not depend on each other in a circle", () => {
    expect(findCycle(graph)).toBeUndefined();
  });

  test("are referenced for tsc just as they depend on each other", () => {
    expect(referenceFindings(files, graph)).toEqual([]);
  });

  test("show named re-exports and nothing else on their face", () => {
    expect(findingsIn(files, /^packages\/[^/]+\/src\/(?:.*\/)?index\.ts$/, faceWithLogic)).toEqual([]);
  });

  test("explain every name they export", () => {
    expect(findingsIn(files, /^packages\/[^/]+\/src\/index\.ts$/, undocumentedNames(files))).toEqual([]);
  });

  test("hold every adapter port by a contract suite", () => {
    expect(portFindings(files)).toEqual([]);
  });
});

describe("sources", () => {
  test("lie in folders and files that are named by a concept", () => {
    expect(findingsIn(files, sources, vagueName)).toEqual([]);
  });

  test("name what they export", () => {
    expect(findingsIn(files, sources, starExport)).toEqual([]);
  });

  test("import files by their full name", () => {
    expect(findingsIn(files, sources, importWithoutExtension)).toEqual([]);
  });

  test("get time, ids and randomness through ports", () => {
    const inside = /^packages\/(?:core|eventbus|worker|overseer)\/src\/(?!.*\.test\.ts$).*\.ts$/;
    expect(findingsIn(files, inside, outsideWorldCall)).toEqual([]);
  });

  test("silence a lint rule only with a reason", () => {
    expect(findingsIn(files, sources, unexplainedSilence)).toEqual([]);
  });

  test("have tests that run, all of them, on the real code", () => {
    expect(findingsIn(files, new RegExp(`${ownTests}.*\\.test\\.ts$`), unsoundTest)).toEqual([]);
  });
});

describe("the repository", () => {
  test("is bound to no package registry by its lock file", () => {
    expect(findingsIn(files, /^pnpm-lock\.yaml$/, lockedAddress)).toEqual([]);
  });

  test("carries no trace of the machine it was written on", () => {
    expect(findingsIn(files, new RegExp(`${ownTests}(?!pnpm-lock)`), machineTrace)).toEqual([]);
  });
});
