import type { AgentCommand, AgentIndex, Refusal } from "@colony/core";

/** Names of agents are unique in the colony: one to be spawned is held until its spawn is written or has failed. */
export class SpawnNames {
  readonly #index: Pick<AgentIndex, "byName">;
  readonly #held = new Set<string>();

  constructor(index: Pick<AgentIndex, "byName">) {
    this.#index = index;
  }

  /** Holds the name that a command would give to an agent, or says why it may not. */
  claim(command: AgentCommand | undefined): string | Refusal | undefined {
    const name = command?.type === "agent.spawn" ? command.data.name : null;
    if (name === null) return undefined;
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
