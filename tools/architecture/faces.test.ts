import { expect, test } from "vitest";
import { faceWithLogic, hasDocstring, reexportedNames, starExport, undocumentedNames } from "./faces.ts";

const face = (text: string) => ({ path: "packages/a/src/index.ts", text });

test("a face of named re-exports is clean, also while it is empty", () => {
  expect(
    faceWithLogic(face('// Why.\nexport { a } from "./a.ts";\nexport type { B } from "./b.ts";\n')),
  ).toEqual([]);
  expect(faceWithLogic(face("export {};\n"))).toEqual([]);
});

test("logic on a face is found", () => {
  expect(faceWithLogic(face('export { a } from "./a.ts";\nexport const b = 1;\n'))).toHaveLength(1);
  expect(faceWithLogic(face('import "./a.ts";\n'))).toHaveLength(1);
});

test("a star export is found and a comment about one is not", () => {
  expect(starExport(face('export * from "./a.ts";'))).toHaveLength(1);
  expect(starExport(face('export type * from "./a.ts";'))).toHaveLength(1);
  expect(starExport(face("// export * is forbidden"))).toEqual([]);
});

test("re-exported names are those of the module behind", () => {
  expect(reexportedNames('export { a as b, type C } from "./a.ts";')).toEqual([
    { name: "a", from: "./a.ts" },
    { name: "C", from: "./a.ts" },
  ]);
});

test("a docstring counts only right above the declaration", () => {
  expect(hasDocstring("/** For this. */\nexport const a = 1;", "a")).toBe(true);
  expect(hasDocstring("/** For this. */\n// why\nexport async function a() {}", "a")).toBe(true);
  expect(hasDocstring("/** For b. */\nexport const b = 1;\nexport const a = 1;", "a")).toBe(false);
  expect(hasDocstring("/* no docstring */\nexport class a {}", "a")).toBe(false);
  expect(hasDocstring("/** For ab. */\nexport interface ab {}", "a")).toBe(false);
});

test("a name without docstring is found behind any number of re-exports", () => {
  const files = [
    face('export { a, b } from "./inner/index.ts";\nexport type { Z } from "zod";'),
    { path: "packages/a/src/inner/index.ts", text: 'export { a, b } from "../ab.ts";' },
    { path: "packages/a/src/ab.ts", text: "/** For a. */\nexport const a = 1;\nexport const b = 2;\n" },
  ];
  expect(files.slice(0, 1).flatMap(undocumentedNames(files))).toEqual([
    "b has no docstring in packages/a/src/ab.ts",
  ]);
  expect(undocumentedNames([])(face('export { a } from "./gone.ts";'))).toEqual(["./gone.ts is not there"]);
});
