import { expect, test } from "vitest";
import { importsOf, withoutComments } from "./code.ts";

test("comments go, line breaks and comment-like strings stay", () => {
  expect(withoutComments('a(); // b()\n/* c()\n */ d("// e", `/* f */`);')).toBe(
    'a(); \n\n d("// e", `/* f */`);',
  );
});

test("every form of import is seen", () => {
  const source = [
    'import a from "./a.ts";',
    'import {\n  b,\n} from "./b.ts";',
    'import type { C } from "@colony/core";',
    'export { d } from "./d.ts";',
    'import "./e.ts";',
    'const f = await import("./f.ts");',
    '// import g from "./g.ts";',
  ].join("\n");
  expect(importsOf(source).toSorted()).toEqual([
    "./a.ts",
    "./b.ts",
    "./d.ts",
    "./e.ts",
    "./f.ts",
    "@colony/core",
  ]);
});
