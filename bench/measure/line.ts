import type { Row } from "./row.ts";

/** How much is measured. */
export interface Size {
  /** Small numbers and few rounds, to see that everything runs. */
  readonly quick: boolean;
  readonly rounds: number;
}

/** Something that is measured: its rows share their rounds. */
export interface Line {
  readonly name: string;
  measure(size: Size): Promise<readonly Row[]>;
}
