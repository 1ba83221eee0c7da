import { expect, test } from "vitest";
import { outlineRuleOf } from "./outline-rules.ts";

// A variable, so that no line of this file reads as an export of its own.
const EVERYTHING = "*";

function names(language: string, source: string): readonly string[] {
  return outlineRuleOf(language)?.(source) ?? [];
}

test("TypeScript: declarations, lists over several lines, re-exports, each name once and in order", () => {
  const source = `
/** export const inComment = 1; */
/*
export const alsoInComment = 1;
*/
export type { Type as Renamed, Other } from "./types.ts";
export {
  one,
  type Two, // a comment
  three as four,
} from "./numbers.ts";
export ${EVERYTHING} as all from "./all.ts";
export ${EVERYTHING} from "./rest.ts";
export function overloaded(a: string): void;
export function overloaded(a: number): void;
export async function* stream() {}
export abstract class Shape {}
export const enum Level {}
export const { left, right: west = 1 } = pair;
export declare const declared: string;
  export const indented = "inside a namespace";
const own = 1;
export default own;
`;
  expect(names("TypeScript", source)).toEqual([
    "Renamed",
    "Other",
    "one",
    "Two",
    "four",
    "all",
    "* from ./rest.ts",
    "overloaded",
    "stream",
    "Shape",
    "Level",
    "left",
    "west",
    "declared",
    "default",
  ]);
});

test("JavaScript: CommonJS exports count", () => {
  expect(
    names("JavaScript", "exports.a = 1;\nmodule.exports.b = 2;\nmodule.exports = { c, d: 1 };\n"),
  ).toEqual(["a", "b", "c", "d"]);
});

test("Python: __all__ decides where there is one; else what does not begin with an underscore", () => {
  expect(names("Python", "__all__ = [\n  \"a\",\n  'b',\n]\ndef c(): pass\n")).toEqual(["a", "b"]);
  const source =
    '"""\ndef in_text(): pass\n"""\nLIMIT: int = 1\nasync def go(): pass\nclass Box:\n    def method(self): pass\ndef _own(): pass\n';
  expect(names("Python", source)).toEqual(["LIMIT", "go", "Box"]);
});

test("Go: capital letters at package level, groups too, methods not", () => {
  const source =
    "func Open() {}\nfunc (b Box) Close() {}\nfunc own() {}\ntype Box struct {\n\tField int\n}\nconst (\n\tFirst = iota\n\tsecond\n\tThird\n)\n";
  expect(names("Go", source)).toEqual(["Open", "Box", "First", "Third"]);
});

test("Rust, Java, Kotlin, C#, Swift, Ruby and PHP: the public names at the top", () => {
  expect(
    names("Rust", "pub async fn go() {}\npub(crate) fn own() {}\npub struct Box;\nfn private() {}\n"),
  ).toEqual(["go", "Box"]);
  expect(names("Java", "public final class Box {\n  public void open() {}\n}\nclass Own {}\n")).toEqual([
    "Box",
  ]);
  expect(
    names("Kotlin", "data class Box(val a: Int)\nprivate fun own() {}\nfun <T> List<T>.second() = 1\n"),
  ).toEqual(["Box", "second"]);
  expect(names("C#", "namespace N {\n  public sealed class Box {}\n  internal class Own {}\n}\n")).toEqual([
    "Box",
  ]);
  expect(names("Swift", "public struct Box {}\nstruct Own {}\n")).toEqual(["Box"]);
  expect(names("Ruby", "module Boxes\n  class Box\nend\nend\n")).toEqual(["Boxes"]);
  expect(names("PHP", "<?php\nfinal class Box {}\nfunction open_box() {}\n")).toEqual(["Box", "open_box"]);
});

test("a language that nobody has taught us has no outline", () => {
  expect(outlineRuleOf("Markdown")).toBeUndefined();
});
