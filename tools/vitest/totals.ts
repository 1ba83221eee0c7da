import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** How a test run went; a file that cannot be loaded and an error outside any test count as one failure each. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Leaves the counts of a run in the file that COLONY_TEST_TOTALS names, for `npm test` to print as its last line. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env["COLONY_TEST_TOTALS"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(totalsOf(modules, unhandledErrors)));
  }
}

function totalsOf(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): Totals {
  let passed = 0;
  let failed = unhandledErrors.length;
  let skipped = 0;
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") passed += 1;
      else if (state === "skipped") skipped += 1;
      else failed += 1;
    }
  }
  return { passed, failed, skipped };
}
