import { importsOf, withoutComments } from "./code.ts";
import type { Rule } from "./source-file.ts";

// A date that is made from a time reads no clock.
const outsideWorld =
  /(?:\bDate\.now|\bnew Date(?=\(\s*\))|\bMath\.random|\bsetTimeout|\bsetInterval|\brandomUUID)\(/g;

// The files whose very purpose is to bring time, ids and randomness in from outside.
const adapters = [/\/adapters\//, /\/system-(?:clock|ids|random)\.ts$/];

/** Time, ids and randomness come in by port; a direct call is a finding, except in the adapters. */
export const outsideWorldCall: Rule = ({ path, text }) =>
  adapters.some((adapter) => adapter.test(path))
    ? []
    : Array.from(withoutComments(text).matchAll(outsideWorld), ([call]) => `${call}) belongs behind a port`);

/** Tests use no mocks of our own code, and none is left out or picked out. */
export const unsoundTest: Rule = ({ text }) => {
  const code = withoutComments(text);
  const mocks = Array.from(
    code.matchAll(/\bvi\.(?:mock|doMock)\(/g),
    ([call]) => `${call}) replaces our own code`,
  );
  const picked = Array.from(
    code.matchAll(/\b(?:test|it|describe|suite)(?:\.\w+)*\.(?:only|skip|todo)\b/g),
    ([call]) => `${call} leaves tests out`,
  );
  return [...mocks, ...picked];
};

/** A relative import carries the extension of the file, since Node runs the sources as they are. */
export const importWithoutExtension: Rule = ({ text }) =>
  importsOf(text)
    .filter((module) => /^\.{1,2}(?:\/|$)/.test(module) && !module.endsWith(".ts"))
    .map((module) => `"${module}" does not end in .ts`);

/** A silenced lint rule says why it is wrong here. */
export const unexplainedSilence: Rule = ({ text }) =>
  Array.from(text.matchAll(/(?:ox|es)lint-disable[^\n]*/g), ([line]) => line)
    .filter((line) => !/ -- \S/.test(line))
    .map((line) => `"${line.trim()}" gives no reason after " -- "`);
