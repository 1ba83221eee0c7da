import { expect, it } from "vitest";
import { tell } from "./tell.ts";

const WORDS = "error: nothing may be written there; name another folder";

it.each([
  [{ isTTY: true, columns: 30 }, "error: nothing may be written\nthere; name another folder\n"],
  [{ isTTY: true, columns: 200 }, `${WORDS}\n`],
  [{ columns: 30 }, `${WORDS}\n`],
  [{}, `${WORDS}\n`],
])("what is said is cut between its words, and only on a terminal %#", (place, text) => {
  let written = "";
  tell({ ...place, write: (more) => (written += more) }, WORDS);
  expect(written).toBe(text);
});

it.each([{}, { isTTY: true, columns: 200 }])(
  "nothing that somebody else wrote steers the terminal %#",
  (place) => {
    let written = "";
    const styled = "\u001B[2musing evil\u001B[2J\u001B]0;pwned\u0007\u009B2J\u001B[8Dx\r\u001B[22m";
    tell({ ...place, write: (more) => (written += more) }, styled);
    expect(written).toBe("\u001B[2musing evilx\u001B[22m\n");
  },
);
