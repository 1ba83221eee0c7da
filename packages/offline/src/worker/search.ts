import type { PartResult } from "../survey/part-result.ts";

/** One search that was made, and what came of it. */
export interface Search {
  readonly query: string;
  readonly lines: readonly string[];
  /** How many lines there are, where the tool says so and shows fewer. */
  readonly found?: number;
  /** What could not be looked at, where the tool says so. */
  readonly unread?: PartResult["problems"];
  /** What to say of it, where a file was read instead. */
  readonly words?: string;
  /** Why it failed, where it did. */
  readonly problem: string;
}
