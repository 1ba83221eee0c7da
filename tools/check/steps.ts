import { join } from "node:path";

/** One tool of `npm run check`. */
export interface Step {
  readonly name: string;
  /** Arguments to node; the first is the tool's script. */
  readonly args: readonly string[];
  /** How many things the tool says it looked at; a tool that looked at none checked nothing and is red. */
  readonly count: (output: string) => number;
  readonly unit: string;
  /** Lines that are there to be counted and only bury what went wrong. */
  readonly noise?: RegExp;
}

const tool = (path: string): string => join("node_modules", path);

export const steps: readonly Step[] = [
  {
    name: "format",
    args: [tool("oxfmt/bin/oxfmt"), "--check"],
    count: (output) => numberIn(output, /on (\d+) files?/),
    unit: "files",
  },
  {
    name: "lint",
    args: [tool("oxlint/bin/oxlint"), "--type-aware", "--deny-warnings"],
    count: (output) => numberIn(output, /on (\d+) files?/),
    unit: "files",
  },
  {
    name: "types",
    args: [tool("typescript/bin/tsc"), "-b", "--stopBuildOnErrors", "--verbose", "--pretty", "false"],
    count: (output) => output.match(/^\s+\* .*tsconfig.*\.json$/gm)?.length ?? 0,
    unit: "projects",
    noise: /Projects in this build|Project '|Building project|Updating|Skipping build|^\s+\* |^\s*$/,
  },
  {
    name: "dead code",
    args: [
      tool("knip/bin/knip.js"),
      "--no-progress",
      "--no-config-hints",
      "--reporter=symbols",
      "--reporter=./tools/check/knip-count.ts",
    ],
    count: (output) => numberIn(output, /^Read (\d+) files/m),
    unit: "files",
  },
  {
    name: "architecture",
    args: [
      tool("vitest/vitest.mjs"),
      "run",
      "--reporter=default",
      "--no-color",
      "architecture.test.ts",
      "tools/architecture",
    ],
    count: (output) => numberIn(output, /Tests\s+.*?(\d+) passed/),
    unit: "tests",
  },
];

function numberIn(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}
