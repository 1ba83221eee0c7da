import { ColonyError, type AgentRecord } from "@colony/core";
import { checkRoom } from "../spawn-budget.ts";
import { checkSpawn, spawn, type SpawnRequest, type SpawnRules } from "../spawn.ts";

/**
 * Calls that spawn, one after the other: what one of them checks is not changed by another before it has written. So a
 * call is refused as a whole, before anything of it is written, or none of it is.
 */
export class SpawnLine {
  readonly #rules: SpawnRules;
  #last: Promise<unknown> = Promise.resolve();

  constructor(rules: SpawnRules) {
    this.#rules = rules;
  }

  /** The workers of one call, in its order. Those that an earlier attempt at the call has spawned are found again. */
  spawn(requests: readonly SpawnRequest[], signal: AbortSignal): Promise<readonly AgentRecord[]> {
    const spawning = this.#last.then(() => this.#spawn(requests, signal));
    this.#last = spawning.catch(() => undefined);
    return spawning;
  }

  async #spawn(requests: readonly SpawnRequest[], signal: AbortSignal): Promise<readonly AgentRecord[]> {
    if (signal.aborted)
      throw new ColonyError("spawn.refused", "the call was called off before anything was started");
    const { index } = this.#rules.ledger;
    const fresh = requests.filter(({ id }) => index.get(id) === undefined);
    for (const request of fresh) checkSpawn(this.#rules, request);
    const [first] = fresh;
    if (first !== undefined) checkRoom(this.#rules.ledger, first.parentId, fresh.length);
    return await Promise.all(requests.map((request) => spawn(this.#rules, request)));
  }
}
