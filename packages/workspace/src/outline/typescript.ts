import { blanked, foundBy, inOrder, listed, type OutlineRule } from "./find-names.ts";

const BLOCK_COMMENT = /^[ \t]*\/\*[\s\S]*?\*\//gmu;
const DECLARED =
  /^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:(?:const\s+)?enum|function\s*\*?|class|interface|type|namespace|module)\s+([\w$]+)/gmu;
const VARIABLE = /^export\s+(?:declare\s+)?(?:const|let|var)\s+(?!enum\b)([\w$]+)/gmu;
const DESTRUCTURED = /^export\s+(?:const|let|var)\s+[{[]([^}\]]*)[}\]]/gmu;
const LIST = /^export\s+(?:type\s+)?\{([^}]*)\}/gmu;
const NAMESPACE = /^export\s+\*\s+as\s+([\w$]+)/gmu;
const ALL_OF = /^export\s+\*\s+from\s+["']([^"']+)["']/gmu;
const DEFAULT = /^export\s+(default)\b/gmu;
const COMMON_JS = /^(?:module\.)?exports\.([\w$]+)\s*=/gmu;
const COMMON_JS_LIST = /^module\.exports\s*=\s*\{([^}]*)\}/gmu;

/** TypeScript and JavaScript: what `export` stands before, re-exports and CommonJS exports too. */
export const typescriptNames: OutlineRule = (text) => {
  const source = blanked(text, BLOCK_COMMENT);
  return inOrder([
    ...[DECLARED, VARIABLE, NAMESPACE, DEFAULT, COMMON_JS].flatMap((pattern) =>
      foundBy(source, pattern, (name) => [name]),
    ),
    ...foundBy(source, DESTRUCTURED, (list) =>
      listed(list).map((item) => (item.split(":").pop() ?? "").split("=")[0] ?? ""),
    ),
    ...foundBy(source, LIST, (list) => listed(list).map((item) => lastWord(item.replace(/^type\s+/u, "")))),
    ...foundBy(source, ALL_OF, (from) => [`* from ${from}`]),
    ...foundBy(source, COMMON_JS_LIST, (list) => listed(list).map((item) => item.split(":")[0] ?? "")),
  ]);
};

function lastWord(item: string): string {
  return item.split(/\s+as\s+/u).pop() ?? item;
}
