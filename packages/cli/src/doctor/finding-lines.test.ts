import { expect, it } from "vitest";
import { PLAIN } from "../render/paint.ts";
import { findingLines } from "./finding-lines.ts";
import { good, wrong } from "./finding.ts";

const FINDINGS = [
  good("node", "v24.12.0"),
  wrong(
    "workspace",
    "it is full of things that nobody has asked for, one after the other",
    "take some of them away",
  ),
];

it("what is found stands on one line where there is no terminal", () => {
  expect(findingLines(FINDINGS, { paint: PLAIN, columns: Number.POSITIVE_INFINITY })).toEqual([
    "✓ node       v24.12.0",
    "✗ workspace  it is full of things that nobody has asked for, one after the other",
    "             to mend it: take some of them away",
    "",
    "1 problem found",
  ]);
});

it.each([60, 40, 34])(
  "a terminal of %i columns gets rows of whole words, with all that is said",
  (columns) => {
    const lines = findingLines(FINDINGS, { paint: PLAIN, columns });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    const said = lines.map((line) => line.slice(13)).join(" ");
    for (const { says, mend = "" } of FINDINGS)
      expect(said).toContain(`${says} ${mend && `to mend it: ${mend}`}`.trim());
  },
);

it("what a server says of itself does not steer the terminal, nor begin a line of its own", () => {
  const evil = "m\u001B[2J\u001B]0;pwned\u0007\n✓ all  is well";
  const [said, mend] = findingLines([wrong("server", evil, evil)], { paint: PLAIN, columns: Infinity });
  expect([said, mend]).toEqual(["✗ server  m ✓ all is well", "          to mend it: m ✓ all is well"]);
});
