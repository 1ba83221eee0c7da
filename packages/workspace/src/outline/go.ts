import { blanked, foundBy, inOrder, type OutlineRule } from "./find-names.ts";

const COMMENT = /\/\*[\s\S]*?\*\//gu;
const DECLARED = /^(?:func|type|var|const)\s+([A-Z]\w*)/gmu;
const GROUP = /^(?:type|var|const)\s*\(([\s\S]*?)^\)/gmu;
const MEMBER = /^(?:\t| {1,4})([A-Z]\w*)/gmu;

/** Go: package-level names that begin with a capital letter; methods belong to their types. */
export const goNames: OutlineRule = (text) => {
  const source = blanked(text, COMMENT);
  return inOrder([
    ...foundBy(source, DECLARED, (name) => [name]),
    ...foundBy(source, GROUP, (group) => [...group.matchAll(MEMBER)].map((match) => match[1] ?? "")),
  ]);
};
