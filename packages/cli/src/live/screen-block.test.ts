import { describe, expect, it } from "vitest";
import { openTerminal } from "../testing/terminal.ts";
import { ScreenBlock } from "./screen-block.ts";

describe("a block at the bottom of the terminal", () => {
  it("stays below what is printed, and is drawn over itself", async () => {
    const terminal = openTerminal();
    const block = new ScreenBlock(terminal);
    block.draw({ rows: ["one at work", "› "], cursor: { row: 1, column: 2 } });
    block.print(["first"]);
    block.print(["second"], { rows: ["two at work", "three", "› h"], cursor: { row: 2, column: 3 } });
    block.draw({ rows: ["none", "› he"], cursor: { row: 1, column: 4 } });
    expect(await terminal.lines()).toEqual(["first", "second", "none", "› he"]);
    expect(await terminal.cursor()).toEqual({ column: 4, line: 3 });
  });

  it("scrolls the rest away like any other output", async () => {
    const terminal = openTerminal({ rows: 5 });
    const block = new ScreenBlock(terminal);
    block.draw({ rows: ["working", "› "], cursor: { row: 1, column: 2 } });
    for (let line = 1; line <= 20; line += 1) block.print([`line ${line}`]);
    expect(await terminal.lines()).toEqual([
      ...Array.from({ length: 20 }, (_, index) => `line ${index + 1}`),
      "working",
      "›",
    ]);
  });

  it("leaves nothing of itself when it is cleared", async () => {
    const terminal = openTerminal();
    const block = new ScreenBlock(terminal);
    block.print(["said"], { rows: ["a", "b", "c"] });
    block.draw({ rows: ["a", "b"] });
    block.clear();
    terminal.write("done");
    expect(await terminal.lines()).toEqual(["said", "done"]);
  });

  it("puts the cursor into the middle of what is typed", async () => {
    const terminal = openTerminal();
    const block = new ScreenBlock(terminal);
    block.draw({ rows: ["x", "row one", "row two"], cursor: { row: 1, column: 3 } });
    expect(await terminal.cursor()).toEqual({ column: 3, line: 1 });
    block.print(["above"]);
    expect(await terminal.lines()).toEqual(["above", "x", "row one", "row two"]);
    expect(await terminal.cursor()).toEqual({ column: 3, line: 2 });
  });

  it("writes nothing when nothing has changed", () => {
    const written: string[] = [];
    const block = new ScreenBlock({ write: (text) => written.push(text) });
    const rows = ["same"];
    block.draw({ rows });
    block.draw({ rows: [...rows] });
    expect(written).toHaveLength(1);
  });

  it("finds its beginning again after the terminal was made narrower", async () => {
    const terminal = openTerminal({ columns: 40, rows: 10 });
    const block = new ScreenBlock(terminal);
    block.print(["kept"], { rows: ["x".repeat(38), "› typed"], cursor: { row: 1, column: 7 } });
    await terminal.lines();
    terminal.resize(20, 10);
    block.draw({ rows: ["short", "› typed"], cursor: { row: 1, column: 7 } });
    expect(await terminal.lines()).toEqual(["kept", "short", "› typed"]);
  });
});
