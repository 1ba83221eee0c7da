import { blanked, foundBy, inOrder, listed, type OutlineRule } from "./find-names.ts";

const LONG_STRING = /("""|''')[\s\S]*?\1/gu;
const ALL = /^__all__\s*(?::[^=\n]*)?=\s*[[(]([^\])]*)[\])]/gmu;
const DEFINED = /^(?:async\s+)?(?:def|class)\s+([A-Za-z]\w*)/gmu;
const CONSTANT = /^([A-Z][A-Z0-9_]*)\s*(?::[^=\n]+)?=(?!=)/gmu;

/** Python: `__all__` where a module has one; else its functions, classes and constants that do not begin with "_". */
export const pythonNames: OutlineRule = (source) => {
  const all = foundBy(source, ALL, (list) => listed(list).map((item) => item.replaceAll(/["']/gu, "")));
  if (all.length > 0) return inOrder(all);
  const code = blanked(source, LONG_STRING);
  return inOrder([DEFINED, CONSTANT].flatMap((pattern) => foundBy(code, pattern, (name) => [name])));
};
