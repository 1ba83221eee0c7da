import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "./child.mjs";

/**
 * Runs vitest and ends with the line `N passed, N failed`, which nothing follows: vitest has exited by then. The counts
 * come from the reporter `tools/vitest/totals.ts` by way of a file, so that a vitest that crashes is seen as well.
 */
export async function runTests(root, args, { node, env }) {
  const folder = mkdtempSync(join(tmpdir(), "colony-test-"));
  const totalsFile = join(folder, "totals.json");
  const reporters = ["--reporter=./tools/vitest/totals.ts"];
  if (!args.some((arg) => arg.startsWith("--reporter"))) reporters.unshift("--reporter=default");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  try {
    const exitCode = await runChild(node, [vitest, "run", ...reporters, ...args], {
      cwd: root,
      env: { ...env, COLONY_TEST_TOTALS: totalsFile },
    });
    const { passed, failed, skipped } = readTotals(totalsFile);
    if (passed + failed === 0)
      process.stdout.write("No test ran: the filter or the patterns in vitest.config.ts match nothing.\n");
    process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
    return exitCode === 0 && passed + failed === 0 ? 1 : exitCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTotals(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
