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
