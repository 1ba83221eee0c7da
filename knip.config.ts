import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { KnipConfig } from "knip";

/** A package whose face is still the empty placeholder has declared what it will need, and cannot use it yet. */
function unwrittenPackages(): readonly string[] {
  return readdirSync("packages")
    .map((name) => `packages/${name}`)
    .filter((path) => {
      const face = join(path, "src/index.ts");
      return existsSync(face) && readFileSync(face, "utf8").trim() === "export {};";
    });
}

function unwrittenExamples(): readonly string[] {
  return readdirSync("examples").some((name) => name.endsWith(".ts")) ? [] : ["examples"];
}

const unwritten = [...unwrittenPackages(), ...unwrittenExamples()];

export default {
  ignoreWorkspaces: [...unwritten],
  exclude: unwritten.length > 0 ? ["catalog"] : [],
  workspaces: {
    ".": {
      // run.mjs starts the scripts by path, check.ts starts the tools by name.
      entry: ["tools/*.ts", "tools/run.mjs", "tools/vitest/totals.ts", "tools/check/knip-count.ts"],
      project: ["*.ts", "tools/**/*.{ts,mjs}"],
      ignoreBinaries: ["script"],
      ignoreDependencies: ["oxfmt", "oxlint", "oxlint-tsgolint", "node"],
    },
    "packages/*": { project: ["src/**/*.ts"] },
    "packages/cli": { entry: ["src/main.ts"], project: ["src/**/*.ts"] },
    // Servers that tests start by path.
    "packages/mcp": { entry: ["src/testing/*-server.ts"], project: ["src/**/*.ts"] },
    torture: { entry: ["torture.ts", "victim.ts"], project: ["*.ts"] },
    examples: { entry: ["*.ts", "colony-file/*.ts"], project: ["**/*.ts"] },
    // The children are started by path, and import programs by path. Those of peers import what is not installed here.
    bench: { entry: ["bench.ts", "child/*.ts", "peers/programs/*.ts"], project: ["**/*.ts"] },
  },
} satisfies KnipConfig;
