import type { AgentId, CallId } from "../ids.ts";

/** What a model call under way has said so far. */
export interface Draft {
  readonly agentId: AgentId;
  readonly callId: CallId;
  readonly text: string;
}

/**
 * Where the answers of model calls under way are kept, so that a crash does not take what people have already seen: one
 * replaceable row for each agent. Never the truth: a draft says something only while its call has no outcome, and the
 * loss of all of them changes nothing that was promised.
 *
 * Promises (held by testkit's `draftStoreContract`): a change is all or nothing, and there once it resolves.
 */
export interface DraftStore {
  /** Every draft that is kept, one for each agent at most. */
  list(): Promise<readonly Draft[]>;
  /** Keeps drafts, each in place of its agent's earlier one, and forgets those of other agents. Rejects with `log.write_failed`. */
  change(change: { readonly keep: readonly Draft[]; readonly forget: readonly AgentId[] }): Promise<void>;
}
