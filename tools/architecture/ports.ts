import type { SourceFile } from "./source-file.ts";

/** The ports that adapters implement, each held by a contract suite that every adapter's test runs. */
export const adapterPorts: readonly string[] = ["draft-store", "event-log", "notifier", "processes"];

/** Ports of the list that core does not declare, or that have no contract suite in testkit. */
export function portFindings(files: readonly SourceFile[], ports = adapterPorts): readonly string[] {
  if (ports.length === 0) return ["the list of ports is empty: nothing was checked"];
  const paths = new Set(files.map(({ path }) => path));
  return ports
    .flatMap((port) => [`packages/core/src/ports/${port}.ts`, `packages/testkit/src/contracts/${port}.ts`])
    .filter((path) => !paths.has(path))
    .map((path) => `${path} is missing`);
}
