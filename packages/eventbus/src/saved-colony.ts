import type { BookState, ColonyState } from "@colony/core";

/** The colony as a checkpoint has it: its own state, and what its budgets have come to. */
export interface SavedColony extends ColonyState {
  readonly book: BookState;
}
