import type { AgentId, InputId } from "@colony/core";
import type { EventBus } from "@colony/eventbus";

/** Inputs of one agent that came with a key, as far as they have been read. */
interface Known {
  readTo: number;
  readonly seqs: Map<InputId, number>;
  reading: Promise<void>;
}

/**
 * Where inputs stand in the log that were sent once more under their key. An agent's inputs are read when one of them is
 * first looked for, and from there on only what is new.
 */
export class ReceivedInputs {
  readonly #bus: EventBus;
  readonly #agents = new Map<AgentId, Known>();

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** Seq of the event by which an agent received an input with a key; undefined where it has not. */
  async seqOf(agentId: AgentId, inputId: InputId): Promise<number | undefined> {
    const known: Known = this.#agents.get(agentId) ?? {
      readTo: 0,
      seqs: new Map(),
      reading: Promise.resolve(),
    };
    this.#agents.set(agentId, known);
    if (!known.seqs.has(inputId)) {
      const readOn = (): Promise<void> => this.#readOn(agentId, known);
      known.reading = known.reading.then(readOn, readOn);
      await known.reading;
    }
    return known.seqs.get(inputId);
  }

  async #readOn(agentId: AgentId, known: Known): Promise<void> {
    const { readTo: after } = known;
    const until = this.#bus.stats().head;
    if (after >= until) return;
    const query = { agentId, types: ["INPUT_RECEIVED"] } as const;
    for await (const event of this.#bus.feed({ after, until, query }))
      if (event.type === "INPUT_RECEIVED" && event.data.idempotencyKey !== undefined)
        known.seqs.set(event.data.inputId, event.seq);
    known.readTo = until;
  }
}
