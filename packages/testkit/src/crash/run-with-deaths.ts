import { ColonyError, type ColonyEvent, type EventLog } from "@colony/core";
import { requireGiven, type GivenOptions } from "../given.ts";
import { readAll } from "./read-all.ts";
import { Life, type Ground } from "./life.ts";
import { Mortality, type CutPlan, type CutPoint } from "./mortality.ts";

/** A colony at work that is to survive being killed anywhere. */
export interface CrashScenario<World extends Ground = Ground> {
  /** A new disk, clock and id source, and whatever else outlives a process: anew for each run. */
  ground(): World;
  /**
   * One process: opens the colony with what the life offers, does what people do, and waits until all is at rest. It is
   * called again after each death, so what people do must be repeatable (idempotency keys).
   */
  live(life: Life, ground: World): Promise<void>;
  /** What is wrong with the outcome, in words: reads the raw events and its own record of the outside world, nothing else. */
  check(events: readonly ColonyEvent[], ground: World): readonly string[] | Promise<readonly string[]>;
}

/** How often a process dies, and how often one begins. */
export interface DeathOptions {
  /** A second death, this many points after the first; default none. */
  readonly again?: number;
  /** Processes after which a run that does not come to rest is called stuck; default 5. */
  readonly maxLives?: number;
}

/** What these may be. */
export const DEATHS: GivenOptions = { again: "count", maxLives: "count" };

/** One run of a scenario, from its first process to its last. */
export interface CrashRun {
  /** The places that it passed, over all its lives. */
  readonly points: readonly CutPoint[];
  /** What was wrong in the end, in words. */
  readonly problems: readonly string[];
}

/** Runs a scenario with a new process after each death of the plan, until it rests, and checks what came of it. */
export async function runWithDeaths<World extends Ground>(
  scenario: CrashScenario<World>,
  cut: CutPlan,
  { maxLives = 5 }: Pick<DeathOptions, "maxLives">,
): Promise<CrashRun> {
  const ground = newGround(scenario);
  const points: CutPoint[] = [];
  for (let lives = 1; lives <= maxLives; lives += 1) {
    const life = new Life(ground, new Mortality({ cut, points }));
    const end = await outcome(begun(scenario, life, ground), life, ground);
    if (end === "died") continue;
    if (end !== "rested") return { points, problems: [end] };
    return { points, problems: await checked(scenario, ground) };
  }
  return { points, problems: [`it did not come to rest within ${maxLives} processes`] };
}

/** Why a run that was to die at a place is no test of it. */
export function neverCame(place: number | RegExp, points: readonly CutPoint[]): string {
  return `it never came to ${String(place)}: the run passes ${points.length} places, see \`points\``;
}

/** Logs that a run has had. A run on one of them would find all done, and meet no place to die at. */
const used = new WeakSet<EventLog>();

function newGround<World extends Ground>(scenario: CrashScenario<World>): World {
  const ground = scenario.ground();
  requireGiven("what `ground` of a scenario gives", ground, "ground");
  if (used.has(ground.log))
    throw new ColonyError(
      "usage.invalid",
      "`ground` of a scenario gave a log that a run has had before; make all of it anew in each call, as createMemoryGround() does",
    );
  used.add(ground.log);
  return ground;
}

/** One process. What it throws before it has a promise to give is thrown by it all the same. */
async function begun<World extends Ground>(
  scenario: CrashScenario<World>,
  life: Life,
  ground: World,
): Promise<void> {
  const living = scenario.live(life, ground);
  requireGiven("what `live` of a scenario gives", living, "promise");
  await living;
}

async function checked<World extends Ground>(
  scenario: CrashScenario<World>,
  ground: World,
): Promise<readonly string[]> {
  const problems = await scenario.check(await readAll(ground.log), ground);
  requireGiven("what `check` of a scenario gives", problems, "problems");
  return problems;
}

/** Rounds without anything to wait for after which a run is called stuck. */
const PATIENCE = 2_000;

/** The least time for them: what is done by another thread (hashing) is late on a busy machine. Milliseconds. */
const PATIENCE_MS = 3_000;

/** Lets a process run until it rests or dies. Time moves on whenever there is nothing else to do. */
async function outcome(living: Promise<void>, life: Life, { clock }: Ground): Promise<string> {
  const ended: string[] = [];
  living.then(
    () => ended.push(life.alive ? "rested" : "died"),
    (error: unknown) => ended.push(life.alive ? `it threw: ${String(error)}` : "died"),
  );
  void life.death.then(() => ended.push("died"));
  const since = performance.now();
  for (let idle = 0; idle < PATIENCE || performance.now() - since < PATIENCE_MS; idle += 1) {
    for (let turns = 0; turns < 4 && ended.length === 0; turns += 1) await eventLoopTurn();
    const [end] = ended;
    if (end !== undefined) return end;
    const next = clock.untilNext();
    if (next !== undefined) await clock.advance(next);
  }
  return "it is stuck: nothing is at rest, and nothing is left to wait for";
}

async function eventLoopTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
