import { describe, expect, it } from "vitest";
import { LineEditor, type Key } from "./line-editor.ts";

function typed(...keys: (string | Key)[]): LineEditor {
  const editor = new LineEditor();
  press(editor, ...keys);
  return editor;
}

function press(editor: LineEditor, ...keys: (string | Key)[]) {
  return keys
    .map((key) => (typeof key === "string" ? editor.press(key, {}) : editor.press(undefined, key)))
    .at(-1);
}

const ctrl = (name: string): Key => ({ name, ctrl: true });
const key = (name: string): Key => ({ name });
const withCursor = (editor: LineEditor): string => {
  const { rows, cursor } = editor.view("", { columns: 200, most: 1 });
  const row = rows[0] ?? "";
  return `${row.slice(0, cursor.column)}|${row.slice(cursor.column)}`;
};

describe("a line that is being typed", () => {
  it.each<[string, (string | Key)[], string]>([
    ["letters", ["h", "ello"], "hello|"],
    ["moving and inserting", ["helo", key("left"), "l"], "hell|o"],
    ["the beginning and the end", ["b", ctrl("a"), "a", ctrl("e"), "c"], "abc|"],
    ["home, delete", ["xab", key("home"), key("delete")], "|ab"],
    ["backspace takes a whole character", ["a👩‍👩‍👧", key("backspace")], "a|"],
    ["a word away", ["one two  ", ctrl("w")], "one |"],
    ["to the beginning away", ["one two", key("left"), ctrl("u")], "|o"],
    ["to the end away", ["one two", ctrl("a"), ctrl("k")], "|"],
    ["by words", ["one two", ctrl("left"), ctrl("left"), ctrl("right")], "one| two"],
    [
      "keys that write nothing",
      ["a", key("f5"), "\u001B", ctrl("x"), key("left"), key("left"), key("left")],
      "|a",
    ],
  ])("%s", (_title, keys, line) => {
    expect(withCursor(typed(...keys))).toBe(line);
  });

  it("is given away by return, and the next one is empty", () => {
    const editor = typed("hello");
    expect(press(editor, key("return"))).toEqual({ kind: "submitted", text: "hello" });
    expect(editor.text).toBe("");
  });

  it("can be fetched again, and what was being typed is not lost", () => {
    const editor = typed("one", key("return"), "two", key("return"), "dra");
    press(editor, key("up"));
    expect(editor.text).toBe("two");
    press(editor, key("up"), key("up"));
    expect(editor.text).toBe("one");
    press(editor, key("down"), key("down"));
    expect(editor.text).toBe("dra");
  });

  it("takes what is pasted as one line", () => {
    const editor = typed(key("paste-start"), "a", key("return"), "b", key("paste-end"));
    expect(editor.text).toBe("a b");
    expect(press(editor, key("return"))).toEqual({ kind: "submitted", text: "a b" });
  });

  it("says when a person wants to stop or leave", () => {
    expect(press(typed("a"), ctrl("c"))).toEqual({ kind: "interrupted" });
    expect(press(typed("a"), ctrl("d"))).toEqual({ kind: "edited" });
    expect(press(typed(), ctrl("d"))).toEqual({ kind: "left" });
  });

  it("takes as many rows as it needs, and shows those around the cursor", () => {
    const editor = typed("abcdefghij".repeat(3));
    expect(editor.view("› ", { columns: 10, most: 9 })).toEqual({
      rows: ["› abcdefgh", "ijabcdefgh", "ijabcdefgh", "ij"],
      cursor: { row: 3, column: 2 },
    });
    expect(editor.view("› ", { columns: 10, most: 2 }).rows).toEqual(["ijabcdefgh", "ij"]);
    press(editor, key("home"));
    expect(editor.view("› ", { columns: 10, most: 2 })).toEqual({
      rows: ["› abcdefgh", "ijabcdefgh"],
      cursor: { row: 0, column: 2 },
    });
  });
});
