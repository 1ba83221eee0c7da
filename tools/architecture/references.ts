import { z } from "zod";
import type { PackageGraph } from "./layers.ts";
import type { SourceFile } from "./source-file.ts";

const Config = z.object({ references: z.array(z.object({ path: z.string() })).default([]) });

/**
 * Where tsc's references and the manifests tell different stories: tsc builds what is referenced, and only that, so a
 * package that is missing from the root is never type-checked.
 */
export function referenceFindings(files: readonly SourceFile[], graph: PackageGraph): readonly string[] {
  const names = Object.keys(graph);
  const packages = names.map((name) => `./packages/${name}`);
  return [
    ...differences(files, "tsconfig.json", [...packages, "./tsconfig.test.json"]),
    ...differences(files, "tsconfig.test.json", packages),
    ...names.flatMap((name) =>
      differences(
        files,
        `packages/${name}/tsconfig.json`,
        (graph[name] ?? []).map((dependency) => `../${dependency}`),
      ),
    ),
  ];
}

function differences(
  files: readonly SourceFile[],
  path: string,
  expected: readonly string[],
): readonly string[] {
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) return [`${path} is missing`];
  const actual = Config.parse(JSON.parse(file.text)).references.map((reference) => reference.path);
  return [
    ...expected.filter((one) => !actual.includes(one)).map((one) => `${path} does not reference ${one}`),
    ...actual.filter((one) => !expected.includes(one)).map((one) => `${path} references ${one} without need`),
  ];
}
