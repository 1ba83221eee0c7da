import type { AgentState, ColonyEvent, Refusal } from "@colony/core";

/** What became of commands: the events they were recorded as, or why they were refused. */
export type Outcome =
  | { readonly ok: true; readonly events: readonly ColonyEvent[]; readonly state: AgentState | undefined }
  | { readonly ok: false; readonly refusal: Refusal };
