import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { programsIn } from "./run-all.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "colony-programs-"));
  for (const file of ["02-b.ts", "01-a.ts", "01-a.test.ts", "package.json"])
    writeFileSync(join(folder, file), "");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("programs run in the order of their names, tests and other files are left out", () => {
  expect(programsIn({ folder, names: [] })).toEqual([join(folder, "01-a.ts"), join(folder, "02-b.ts")]);
});

test("a part of a name picks one", () => {
  expect(programsIn({ folder, names: ["b"] })).toEqual([join(folder, "02-b.ts")]);
});

test("a folder that is not there has no programs", () => {
  expect(programsIn({ folder: join(folder, "absent"), names: [] })).toEqual([]);
});
