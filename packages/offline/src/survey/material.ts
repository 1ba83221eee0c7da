import type { Bag } from "../json-reading.ts";
import type { PartResult } from "./part-result.ts";

/** What became of one part. */
export interface PartOutcome {
  readonly name: string;
  readonly worker: string;
  /** The report's status: success, partial, failed, timed_out, cancelled, lost. */
  readonly status: string;
  /** Why it is not a success. */
  readonly reason: string;
  readonly result: PartResult;
}

/** Everything a survey is written from. */
export interface SurveyMaterial {
  readonly title: string;
  readonly parts: readonly PartOutcome[];
  /** How many files the overseer saw when it divided the work; undefined where that is no longer known. */
  readonly filesListed: number | undefined;
  /** What the overseer could not look at when it divided the work. */
  readonly unlisted?: PartResult["problems"] | undefined;
  readonly source: string;
  readonly note: string;
  readonly notCounted: Bag;
  readonly excluded: readonly string[];
}
