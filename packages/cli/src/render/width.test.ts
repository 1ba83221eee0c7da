import { expect, it } from "vitest";
import { COLOURED } from "./paint.ts";
import { clip, padded, paddedLeft, rowsOf, widthOf, wordRowsOf } from "./width.ts";
import { harmless, listed, onOneLine, counted } from "./words.ts";

it.each([
  ["abc", 3],
  ["äöü", 3],
  ["e\u0301", 1],
  ["日本", 4],
  ["👩‍👩‍👧", 2],
  ["🙂", 2],
  [COLOURED("red", "abc"), 3],
])("%j is that wide", (text, width) => {
  expect(widthOf(text)).toBe(width);
});

it("a clipped text fits and says that it was cut", () => {
  expect(clip("a long sentence", 8)).toBe("a long…");
  expect(clip("日本語の文", 6)).toBe("日本…");
  expect(clip("short", 5)).toBe("short");
  expect(clip("short", 0)).toBe("");
});

it("rows never are wider than the columns and lose nothing", () => {
  const text = "日本語 and some more words";
  const rows = rowsOf(text, 7);
  expect(rows.join("")).toBe(text);
  expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(7);
  expect(rowsOf("", 7)).toEqual([""]);
});

it("padding knows wide characters", () => {
  expect(padded("日", 4)).toBe("日  ");
  expect(paddedLeft("日", 4)).toBe("  日");
});

it("nothing that somebody else wrote reaches the terminal as a command", () => {
  expect(harmless("a\u001B[2Jb\u0007\r\nc\td\u009B31m\u202E")).toBe("ab\nc\td");
  expect(onOneLine(" a\n\n b\u001B]0;title\u0007 ")).toBe("a b");
});

it("words are counted and listed as people do", () => {
  expect([counted(1, "worker"), counted(0, "worker"), counted(1_200, "event")]).toEqual([
    "1 worker",
    "0 workers",
    "1,200 events",
  ]);
  expect([listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])]).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
});

it.each([
  ["short", ["short"]],
  ["one two three four", ["one two", "three four"]],
  ["- one two three", ["- one two", "  three"]],
  ["unbreakableword one", ["unbreakableword", "one"]],
  [`${COLOURED("red", "one")} two three`, [`${COLOURED("red", "one")} two`, "three"]],
])("%j is cut between its words", (text, rows) => {
  expect(wordRowsOf(text, 10)).toEqual(rows);
});
