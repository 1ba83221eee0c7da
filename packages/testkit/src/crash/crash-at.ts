import { requireGiven, requireGivenOptions } from "../given.ts";
import type { Ground } from "./life.ts";
import type { CutPoint } from "./mortality.ts";
import {
  DEATHS,
  neverCame,
  runWithDeaths,
  type CrashRun,
  type CrashScenario,
  type DeathOptions,
} from "./run-with-deaths.ts";

/** What came of a run that was cut at one place. */
export interface CrashAtSummary extends CrashRun {
  /** Where it died; undefined where it never came there, which is a problem too. */
  readonly cut: CutPoint | undefined;
}

/**
 * Runs a scenario with a death at one place and a new process behind it: at the place of that number, counted from 1, or at
 * the first whose words match, such as `/after tool charge/`. For going after one failure of `crashEverywhere`, and for
 * tests of one place. Throws `usage.invalid` where the scenario, the place or the options will not do.
 */
export async function crashAt<World extends Ground>(
  scenario: CrashScenario<World>,
  place: number | RegExp,
  options: DeathOptions = {},
): Promise<CrashAtSummary> {
  requireGiven("a scenario of crashAt", scenario, "scenario");
  requireGiven("the place of crashAt", place, "place");
  requireGivenOptions("crashAt", options, DEATHS);
  const { again } = options;
  let cut: CutPoint | undefined;
  const { points, problems } = await runWithDeaths(
    scenario,
    (point) => {
      if (cut !== undefined) return again !== undefined && point.number === cut.number + again;
      if (!isAt(point, place)) return false;
      cut = point;
      return true;
    },
    options,
  );
  if (cut !== undefined) return { cut, points, problems };
  return { cut, points, problems: [...problems, neverCame(place, points)] };
}

function isAt({ number, what }: CutPoint, place: number | RegExp): boolean {
  return typeof place === "number" ? number === place : what.search(place) !== -1;
}
