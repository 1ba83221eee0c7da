import { expect, it } from "vitest";
import { brief } from "./words.ts";

const LONG = "x".repeat(100_000);
const CUT = `${"x".repeat(80)}…`;

it.each([
  ['there is no command "wrok"; commands are run', 'there is no command "wrok"; commands are run'],
  [`--usd is "${LONG}"; give a number`, `--usd is "${CUT}"; give a number`],
  [`cannot open '/tmp/${LONG}'; name a folder`, `cannot open '/tmp/${CUT.slice(6)}'; name a folder`],
  [`first\n${LONG}\nlast`, `first\n${CUT}\nlast`],
])("a sentence keeps its words, and shows the beginning of what is too long to be read %#", (text, words) => {
  expect(brief(text)).toBe(words);
});

it("a line of a great many words keeps what is wrong and what to do", () => {
  const words = brief(`--prices is "${"foo bar ".repeat(10_000)}"; write PROVIDER/MODEL=IN/OUT`);
  expect(words.length).toBeLessThan(4_000);
  expect(words).toMatch(/^--prices is "foo bar .* … .*"; write PROVIDER\/MODEL=IN\/OUT$/u);
});
