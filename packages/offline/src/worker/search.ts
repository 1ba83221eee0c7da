/** One search that was made, and what came of it. */
export interface Search {
  readonly query: string;
  readonly lines: readonly string[];
  /** Why it failed, where it did. */
  readonly problem: string;
}
