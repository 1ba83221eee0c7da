import type { Rule } from "./source-file.ts";

const traces: Readonly<Record<string, RegExp>> = {
  "a path of one machine": /(?<![\w.~-])\/(?:work|root|home\/\w+|Users\/\w+)\//g,
  "a package registry": /\bregistry\.[\w-]+\.\w+|^\s*(?:@[\w-]+:)?registry\s*=/gm,
  "an address of one network": /https?:\/\/(?:10|172|192)\.\d+\.\d+\.\d+/g,
};

/** What would tie the repository to the machine or the network it was written on. */
export const machineTrace: Rule = ({ text }) =>
  Object.entries(traces).flatMap(([what, pattern]) =>
    Array.from(text.matchAll(pattern), ([found]) => `names ${what}: ${found.trim()}`),
  );

/** The lock file names packages by version and hash; an address in it would bind everybody to one registry. */
export const lockedAddress: Rule = ({ text }) =>
  Array.from(text.matchAll(/https?:\/\/[^\s'"]+/g), ([address]) => `holds the address ${address}`);
