import { agentId, type AgentId } from "../ids.ts";
import type { AgentRecord } from "../state/agent-state.ts";

const NONE: ReadonlySet<AgentId> = new Set();

/**
 * The records of all agents, with the ways in which they are looked up. A projection: put the record of an agent after
 * each of its events. Every operation costs the same however many agents there are.
 */
export class AgentIndex {
  readonly #records = new Map<AgentId, AgentRecord>();
  readonly #byName = new Map<string, AgentId>();
  readonly #children = new Map<AgentId, Set<AgentId>>();
  readonly #batches = new Map<string, Set<AgentId>>();
  readonly #open = new Set<AgentId>();
  readonly #withProcesses = new Set<AgentId>();

  /** Takes in the newest record of an agent. The tables are large: what a record changes nothing in is not looked at. */
  put(record: AgentRecord): void {
    const { id } = record;
    const known = this.#records.get(id);
    if (known === record) return;
    this.#records.set(id, record);
    if (known === undefined) this.#meet(record);
    if (record.status === "closed") {
      if (known !== undefined && known.status !== "closed") this.#open.delete(id);
    } else if (known === undefined || known.status === "closed") this.#open.add(id);
    if (record.processes > 0) this.#withProcesses.add(id);
    else if (known !== undefined && known.processes > 0) this.#withProcesses.delete(id);
  }

  /** What never changes of an agent. */
  #meet({ id, name, parentId, batch }: AgentRecord): void {
    if (name !== null) this.#byName.set(name, id);
    if (parentId !== null) addTo(this.#children, parentId, id);
    if (batch !== null) addTo(this.#batches, batch.id, id);
  }

  get(id: AgentId): AgentRecord | undefined {
    return this.#records.get(id);
  }

  /** By id, by name, or by the start of an id where only one agent's id starts so. */
  find(text: string): AgentRecord | undefined {
    const exact = this.#records.get(agentId(text)) ?? this.byName(text);
    if (exact !== undefined || text.length < 4) return exact;
    let found: AgentRecord | undefined;
    for (const [id, record] of this.#records) {
      if (!id.startsWith(text)) continue;
      if (found !== undefined) return undefined;
      found = record;
    }
    return found;
  }

  byName(name: string): AgentRecord | undefined {
    const id = this.#byName.get(name);
    return id === undefined ? undefined : this.#records.get(id);
  }

  /** Ids of an agent's direct children, oldest first. */
  childrenOf(id: AgentId): ReadonlySet<AgentId> {
    return this.#children.get(id) ?? NONE;
  }

  /** Ids of the workers of a batch. */
  batch(id: string): ReadonlySet<AgentId> {
    return this.#batches.get(id) ?? NONE;
  }

  /** Ids of agents that are not closed. */
  open(): ReadonlySet<AgentId> {
    return this.#open;
  }

  /** Ids of agents with processes whose end is not recorded, closed agents too. */
  withProcesses(): ReadonlySet<AgentId> {
    return this.#withProcesses;
  }

  /** Every record, oldest first. */
  all(): IterableIterator<AgentRecord> {
    return this.#records.values();
  }

  get size(): number {
    return this.#records.size;
  }
}

function addTo<Key>(sets: Map<Key, Set<AgentId>>, key: Key, id: AgentId): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([id]));
  else set.add(id);
}
