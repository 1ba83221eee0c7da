import { expect, test } from "vitest";
import {
  importWithoutExtension,
  outsideWorldCall,
  unexplainedSilence,
  unsoundTest,
} from "./forbidden-code.ts";
import { vagueName } from "./names.ts";

const file = (text: string, path = "packages/core/src/a.ts") => ({ path, text });

test.each(["Date.now(", "new Date(", "Math.random(", "setTimeout(", "setInterval(", "crypto.randomUUID("])(
  "the call %s is found",
  (call) => {
    expect(outsideWorldCall(file(`const a = ${call});`))).toHaveLength(1);
  },
);

test("a comment about a clock, a date made from a time, and the clock itself are allowed", () => {
  expect(outsideWorldCall(file("new Date(at).toISOString()"))).toEqual([]);
  expect(outsideWorldCall(file("// never Date.now() here"))).toEqual([]);
  expect(outsideWorldCall(file("Date.now()", "packages/core/src/adapters/clock.ts"))).toEqual([]);
  expect(outsideWorldCall(file("Date.now()", "packages/core/src/system-clock.ts"))).toEqual([]);
});

test.each([
  "vi.mock('./a.ts')",
  "test.only('a')",
  "describe.skip('a')",
  "it.concurrent.only('a')",
  "test.todo('a')",
])("the test code %s is found", (code) => {
  expect(unsoundTest(file(code))).toHaveLength(1);
});

test("a test that needs a program from outside may skip itself loudly", () => {
  expect(unsoundTest(file("test.skipIf(server === undefined)('a')"))).toEqual([]);
});

test("a relative import without .ts is found, a package is not", () => {
  expect(
    importWithoutExtension(file('import a from "./a";\nimport b from "../b.js";\nimport c from "c";')),
  ).toHaveLength(2);
  expect(importWithoutExtension(file('import a from "./a.ts";'))).toEqual([]);
});

test("a silenced rule without a reason is found", () => {
  const silence = "// oxlint-disable-next-line no-console";
  expect(unexplainedSilence(file(silence))).toHaveLength(1);
  expect(unexplainedSilence(file(`${silence} -- this is the console`))).toEqual([]);
});

test.each(["packages/a/src/utils/a.ts", "packages/a/src/types.ts", "packages/a/src/common.test.ts"])(
  "the vague name in %s is found",
  (path) => {
    expect(vagueName(file("", path))).toHaveLength(1);
  },
);

test("a name that only contains a vague word is fine", () => {
  expect(vagueName(file("", "packages/a/src/event-types.ts"))).toEqual([]);
});
