import { byPatterns, type OutlineRule } from "./find-names.ts";
import { goNames } from "./go.ts";
import { pythonNames } from "./python.ts";
import { typescriptNames } from "./typescript.ts";

const RULES: ReadonlyMap<string, OutlineRule> = new Map([
  ["TypeScript", typescriptNames],
  ["JavaScript", typescriptNames],
  ["Python", pythonNames],
  ["Go", goNames],
  [
    "Rust",
    byPatterns(
      /^pub\s+(?:(?:async|unsafe|const|extern\s+"[^"]*")\s+)*(?:fn|struct|enum|trait|type|mod|union|static|const)\s+(?:mut\s+)?(\w+)/gmu,
      /^#\[macro_export\]\s*\n\s*macro_rules!\s+(\w+)/gmu,
    ),
  ],
  [
    "Java",
    byPatterns(
      /^public\s+(?:(?:abstract|final|sealed|non-sealed|static|strictfp)\s+)*(?:class|interface|enum|record|@interface)\s+(\w+)/gmu,
    ),
  ],
  [
    "Kotlin",
    byPatterns(
      /^(?:(?:public|open|abstract|sealed|data|value|inline|suspend|const|enum|annotation|fun(?=\s+interface))\s+)*(?:class|interface|object|fun|val|var|typealias)\s+(?:<[^>]*>\s*)?(?:\w+(?:<[^>]*>)?\??\.)?(\w+)/gmu,
    ),
  ],
  [
    "C#",
    byPatterns(
      /^\s*public\s+(?:(?:abstract|sealed|static|partial|readonly)\s+)*(?:class|interface|enum|struct|record)\s+(\w+)/gmu,
    ),
  ],
  [
    "Swift",
    byPatterns(
      /^(?:public|open)\s+(?:final\s+)?(?:class|struct|enum|protocol|func|let|var|actor)\s+(\w+)/gmu,
    ),
  ],
  ["Ruby", byPatterns(/^(?:class|module|def)\s+(?:self\.)?([\w:]+[?!]?)/gmu)],
  [
    "PHP",
    byPatterns(/^(?:(?:abstract|final|readonly)\s+)*(?:class|interface|trait|enum|function)\s+(\w+)/gmu),
  ],
]);

/** How the exported names of a language's files are found; undefined for languages that nobody has taught us. */
export function outlineRuleOf(language: string): OutlineRule | undefined {
  return RULES.get(language);
}
