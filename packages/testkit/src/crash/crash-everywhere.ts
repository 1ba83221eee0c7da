import type { Ground } from "./life.ts";
import type { CutPlan, CutPoint } from "./mortality.ts";
import { runWithDeaths, type CrashScenario, type DeathOptions } from "./run-with-deaths.ts";

/** Which places to cut at. */
export interface CrashOptions extends DeathOptions {
  /** Default: every place that a run without a cut passes. */
  readonly cuts?: readonly number[];
}

/** What came of cutting. */
export interface CrashSummary {
  /** Places of the run without a cut. */
  readonly points: readonly CutPoint[];
  readonly runs: number;
  /** Where it was cut, and what was wrong then. */
  readonly failures: readonly { readonly cut: string; readonly problems: readonly string[] }[];
}

/** Runs a scenario once to find the places, then once for each place with a death there, and checks each outcome. */
export async function crashEverywhere<World extends Ground>(
  scenario: CrashScenario<World>,
  options: CrashOptions = {},
): Promise<CrashSummary> {
  const whole = await runWithDeaths(scenario, () => false, options);
  const failures: { readonly cut: string; readonly problems: readonly string[] }[] = [];
  if (whole.problems.length > 0) failures.push({ cut: "without a cut", problems: whole.problems });
  const cuts = options.cuts ?? whole.points.map(({ number }) => number);
  for (const cut of cuts) {
    const dies: CutPlan = ({ number }) =>
      number === cut || (options.again !== undefined && number === cut + options.again);
    const { problems, points } = await runWithDeaths(scenario, dies, options);
    const what = points[cut - 1]?.what ?? "nothing: the run was over by then";
    if (problems.length > 0) failures.push({ cut: `${cut} (${what})`, problems });
  }
  return { points: whole.points, runs: cuts.length + 1, failures };
}
