import { requireGiven, requireGivenOptions } from "../given.ts";
import type { Ground } from "./life.ts";
import type { CutPlan, CutPoint } from "./mortality.ts";
import {
  DEATHS,
  neverCame,
  runWithDeaths,
  type CrashScenario,
  type DeathOptions,
} from "./run-with-deaths.ts";

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

/** What is wrong with a scenario that cannot be cut anywhere. */
const NOWHERE =
  "it passes no place at which it could die; open the colony with ...life.options, and give it life.model(...) and life.tool(...)";

/**
 * Runs a scenario once to find the places, then once for each place with a death there, and checks each outcome. A scenario
 * without any place has shown nothing, and so has a cut at a place that there is not: both are failures. Throws `usage.invalid`
 * where the scenario or the options will not do.
 */
export async function crashEverywhere<World extends Ground>(
  scenario: CrashScenario<World>,
  options: CrashOptions = {},
): Promise<CrashSummary> {
  requireGiven("a scenario of crashEverywhere", scenario, "scenario");
  requireGivenOptions("crashEverywhere", options, { ...DEATHS, cuts: "places" });
  const whole = await runWithDeaths(scenario, () => false, options);
  const failures: { readonly cut: string; readonly problems: readonly string[] }[] = [];
  const shown = whole.points.length === 0 && whole.problems.length === 0 ? [NOWHERE] : whole.problems;
  if (shown.length > 0) failures.push({ cut: "without a cut", problems: shown });
  const cuts = options.cuts ?? whole.points.map(({ number }) => number);
  for (const cut of cuts) {
    const dies: CutPlan = ({ number }) =>
      number === cut || (options.again !== undefined && number === cut + options.again);
    const { problems, points } = await runWithDeaths(scenario, dies, options);
    const what = points[cut - 1]?.what;
    // How many places a run passes may depend on real time; one that no run passes was meant for another scenario.
    const isNowhere = what === undefined && cut > whole.points.length;
    const wrong = isNowhere ? [...problems, neverCame(cut, points)] : problems;
    if (wrong.length > 0)
      failures.push({ cut: `${cut} (${what ?? "nothing: the run was over by then"})`, problems: wrong });
  }
  return { points: whole.points, runs: cuts.length + 1, failures };
}
