import type { BudgetBook, PrunedAgent, PrunedSize } from "@colony/core";
import type { AgentStreams } from "./agent-streams.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { ColonyStream } from "./colony-stream.ts";

/** What recording works with. */
interface RecordingOptions {
  readonly streams: AgentStreams;
  readonly checkpoints: Checkpoints;
  readonly colony: ColonyStream;
  readonly book: () => BudgetBook;
}

/** Records which histories are not kept any longer. What that removes from the log is removed afterwards, by somebody else. */
export class HistoryPruning {
  readonly #options: RecordingOptions;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /**
   * Resolves with those that it is recorded of: not with whom something is done just now. Nobody writes to them meanwhile,
   * and what they and all budgets have come to is saved, so that the next opening needs nothing of what may be removed now.
   */
  async record(
    agents: readonly PrunedAgent[],
    { closedBefore, events, sizeBytes }: PrunedSize & { readonly closedBefore: number },
  ): Promise<readonly PrunedAgent[]> {
    const { streams, checkpoints, colony, book } = this.#options;
    const recording = Promise.withResolvers<void>();
    const free = agents.filter(({ agentId }) => streams.setAside(agentId, recording.promise));
    try {
      const totals = book().state;
      const { upTo } = checkpoints;
      await colony.execute({
        type: "history.prune",
        agents: free,
        closedBefore,
        events,
        sizeBytes,
        upTo,
        totals,
      });
    } finally {
      for (const { agentId } of free) streams.letBack(agentId);
      recording.resolve();
    }
    await checkpoints.save();
    return free;
  }
}
