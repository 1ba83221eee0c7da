import { withoutComments } from "./code.ts";
import type { Rule, SourceFile } from "./source-file.ts";

const namedExport = /export\s+(?:type\s+)?\{[^}]*\}(?:\s*from\s*["'][^"']+["'])?\s*;?/g;
const reexport = /export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*["']([^"']+)["']/g;

/** A package's face holds named re-exports and nothing else. */
export const faceWithLogic: Rule = ({ text }) => {
  const rest = withoutComments(text).replace(namedExport, "").trim();
  return rest === "" ? [] : [`only named re-exports belong here, found: ${rest.split("\n")[0] ?? ""}`];
};

/** `export *` hides what a module offers. */
export const starExport: Rule = ({ text }) =>
  /^\s*export\s+(?:type\s+)?\*/m.test(withoutComments(text)) ? ["name what is exported instead of *"] : [];

/** A name on a package's face and the module it comes from. */
export interface FaceName {
  readonly name: string;
  readonly from: string;
}

/** The names that a module passes on, as the module behind it calls them. */
export function reexportedNames(text: string): readonly FaceName[] {
  return Array.from(withoutComments(text).matchAll(reexport)).flatMap(([, list = "", from = ""]) =>
    list
      .split(",")
      .map((item) => item.trim().replace(/^type\s+/, ""))
      .filter((item) => item !== "")
      .map((item) => ({ name: item.split(/\s+as\s+/)[0] ?? item, from })),
  );
}

/** A rule that finds names on a face whose declaration has no docstring; it follows re-exports through `files`. */
export function undocumentedNames(files: readonly SourceFile[]): Rule {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const findings: Rule = (face) =>
    reexportedNames(face.text)
      .filter(({ from }) => from.startsWith("."))
      .flatMap(({ name, from }) => {
        const file = byPath.get(resolvePath(face.path, from));
        if (file === undefined) return [`${from} is not there`];
        const passedOn = reexportedNames(file.text).some((inner) => inner.name === name);
        if (passedOn) return findings(file).filter((finding) => finding.startsWith(`${name} `));
        return hasDocstring(file.text, name) ? [] : [`${name} has no docstring in ${file.path}`];
      });
  return findings;
}

/** Whether a docstring ends right above a declaration of a name; a schema and its type share one. */
export function hasDocstring(text: string, name: string): boolean {
  const escaped = name.replaceAll("$", String.raw`\$`);
  const declarations = new RegExp(
    String.raw`^(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type) ${escaped}(?![\w$])`,
    "gm",
  );
  return Array.from(text.matchAll(declarations)).some(({ index }) =>
    /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*(?:\/\/[^\n]*\s*)*$/.test(text.slice(0, index)),
  );
}

function resolvePath(fromFile: string, relative: string): string {
  return new URL(relative, `file:///${fromFile}`).pathname.slice(1);
}
