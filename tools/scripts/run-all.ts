import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Which of a folder's programs to run. */
export interface Selection {
  readonly folder: string;
  /** Parts of file names; none means all. */
  readonly names: readonly string[];
}

/** The programs of a folder, in the order of their names; tests are no programs. */
export function programsIn({ folder, names }: Selection): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .filter((file) => names.length === 0 || names.some((name) => file.includes(name)))
    .toSorted()
    .map((file) => join(folder, file));
}

/** Runs programs one after another, each to its end, and answers how many failed. None at all is a failure too. */
export function runAll(selection: Selection): number {
  const programs = programsIn(selection);
  if (programs.length === 0) {
    console.error(
      `no program to run in ${selection.folder}${selection.names.map((name) => ` "${name}"`).join("")}`,
    );
    return 1;
  }
  const failed = programs.filter((program) => {
    console.log(`\n== ${program}`);
    return spawnSync(process.execPath, [program], { stdio: ["ignore", "inherit", "inherit"] }).status !== 0;
  });
  if (failed.length > 0) console.error(`\nfailed: ${failed.join(", ")}`);
  return failed.length;
}
