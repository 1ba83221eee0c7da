import { z } from "zod";
import { median } from "./interleave.ts";

/** What a figure is to reach. */
export interface Goal {
  readonly text: string;
  readonly isReached: (row: {
    readonly figure: number;
    readonly floor: number;
    readonly ratio: number;
  }) => boolean;
}

const Row = z.object({
  line: z.string(),
  unit: z.string(),
  figure: z.number(),
  floor: z.number(),
  /** Of the medians. */
  ratio: z.number(),
  /** Of the two figures of one round, the smallest and the largest. */
  lowest: z.number(),
  highest: z.number(),
  rounds: z.number(),
  goal: z.string(),
  isReached: z.boolean(),
  /** What the floor is. */
  floorIs: z.string(),
  /** The same in a sentence, where its name does not say it. */
  floorMeans: z.string().exactOptional(),
});

/** One line of the table: ours, what the same work costs without us, and how far apart they are. */
export type Row = Readonly<z.infer<typeof Row>>;

/** Rows as the process that measured them prints them. */
export const Rows = z.array(Row);

/** What a row is made of. */
export interface RowOptions {
  readonly line: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly floor: readonly number[];
  readonly floorIs: string;
  readonly floorMeans?: string;
  readonly goal: Goal;
}

/** A row from the figures of both sides. */
export function rowOf({ line, unit, ours, floor, floorIs, floorMeans, goal }: RowOptions): Row {
  const pairs = ours.map((figure, round) => figure / (floor[round] ?? Number.NaN));
  const medians = { figure: median(ours), floor: median(floor) };
  const ratio = medians.figure / medians.floor;
  return {
    line,
    unit,
    ...medians,
    ratio,
    lowest: Math.min(...pairs),
    highest: Math.max(...pairs),
    rounds: ours.length,
    goal: goal.text,
    isReached: goal.isReached({ ...medians, ratio }),
    floorIs,
    ...(floorMeans === undefined ? {} : { floorMeans }),
  };
}

/** Not more than so many times the floor. */
export function atMostTimes(times: number): Goal {
  return { text: `<= ${times}x`, isReached: ({ ratio }) => ratio <= times };
}

/** At least so many times the floor. */
export function atLeastTimes(times: number): Goal {
  return { text: `>= ${times}x`, isReached: ({ ratio }) => ratio >= times };
}

/** Not more than so much, whatever the floor. */
export function atMost(most: number, unit: string): Goal {
  return { text: `<= ${most} ${unit}`, isReached: ({ figure }) => figure <= most };
}

/** Not more than so much above the floor. */
export function atMostMore(most: number, unit: string): Goal {
  return { text: `<= ${most} ${unit} more`, isReached: ({ figure, floor }) => figure - floor <= most };
}

/** For lines that explain others: no figure is asked of them. */
export const TO_KNOW: Goal = { text: "to know", isReached: () => true };
