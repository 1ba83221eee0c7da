import type { AgentCommand, AgentIndex, Refusal } from "@colony/core";

/** Names of agents are unique in the colony: one to be spawned is held until its spawn is written or has failed. */
export class SpawnNames {
  readonly #index: Pick<AgentIndex, "byName">;
  readonly #held = new Set<string>();

  constructor(index: Pick<AgentIndex, "byName">) {
    this.#index = index;
  }

  /** Holds the name that commands would give to an agent that is not there yet, or says why they may not. */
  claim([first]: readonly AgentCommand[], exists: () => boolean): string | Refusal | undefined {
    const name = first?.type === "agent.spawn" ? first.data.name : null;
    if (name === null || exists()) return undefined;
    if (this.#held.has(name) || this.#index.byName(name) !== undefined)
      return {
        code: "agent.name_taken",
        message: `there is already an agent named "${name}" in this colony; choose another name`,
      };
    this.#held.add(name);
    return name;
  }

  release(name: string): void {
    this.#held.delete(name);
  }
}
