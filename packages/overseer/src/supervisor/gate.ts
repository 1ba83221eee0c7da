import { COLONY_STREAM, type ColonyEvent, type EventOf } from "@colony/core";
import type { EventBus, Ledger } from "@colony/eventbus";
import type { KeptStops } from "../kept-stops.ts";
import { PERSON } from "../person.ts";

/** What a gate works with. */
export interface GateOptions {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly stops: Pick<KeptStops, "isShut" | "areLeft" | "settle">;
}

/**
 * Whether anything may be begun. Each owner of a block lifts its own; a person's is lifted by the next thing that a person
 * says, to whomever, and by nothing else. What came first is told by the order of the log, never by the time of day.
 */
export class DispatchGate {
  readonly #options: GateOptions;
  /** A person's stop that holds. */
  #stop: Pick<ColonyEvent, "seq" | "version"> | undefined;
  #lifting = false;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Whether nothing may be begun now. */
  get isShut(): boolean {
    const { ledger, stops } = this.#options;
    return ledger.colony.blocks.length > 0 || stops.isShut;
  }

  /** A person has spoken after stopping everything, so that stop is to be lifted. */
  get isToBeLifted(): boolean {
    return this.#lifting;
  }

  /** Whether what is begun now is to be ended as everything else was: a person has stopped all and not spoken since. */
  get isHeld(): boolean {
    return this.isStopped && !this.#lifting;
  }

  /** Takes in what the log says, in its order. */
  note(event: ColonyEvent): void {
    if (event.type === "DISPATCH_BLOCKED" && event.data.owner === PERSON) {
      this.#stop = event;
      this.#lifting = false;
    } else if (event.type === "DISPATCH_UNBLOCKED" && event.data.owner === PERSON) {
      this.#stop = undefined;
      this.#lifting = false;
    } else if (event.type === "INPUT_RECEIVED" && this.isStopped && this.#lifts(event)) this.#lifting = true;
  }

  /** Whether a person's stop holds at the place in the log up to which events have been noted. */
  get isStopped(): boolean {
    return this.#stop !== undefined;
  }

  /** Finds out from the log where an earlier process left a person's stop. */
  async takeUp(): Promise<void> {
    const { ledger, bus } = this.#options;
    if (!ledger.colony.blocks.some(({ owner }) => owner === PERSON)) return;
    const until = bus.stats().head;
    const blocked = { agentId: COLONY_STREAM, types: ["DISPATCH_BLOCKED"] } as const;
    for await (const event of bus.feed({ until, query: blocked })) this.note(event);
    const spoken = { types: ["INPUT_RECEIVED"] } as const;
    for await (const event of bus.feed({ after: this.#stop?.seq ?? until, until, query: spoken }))
      this.note(event);
  }

  /** Whether every stop is recorded and none is about to be lifted. */
  get isSettled(): boolean {
    return !this.#lifting && !this.#options.stops.areLeft;
  }

  /** Resolves once it is so. Rejects where the log refuses a stop still. */
  async settled(): Promise<void> {
    await this.#options.stops.settle();
    // It is lifted, or another stop has come and none is.
    const turned = { agentId: COLONY_STREAM, types: ["DISPATCH_UNBLOCKED", "DISPATCH_BLOCKED"] } as const;
    while (this.#lifting && (await this.#options.bus.waitFor(turned)) !== undefined);
  }

  /**
   * Who speaks to the colony's own overseer, or has the colony, begins it again; what one of several people says to a worker
   * does not undo the stop of another.
   */
  #lifts({ agentId, data }: EventOf<"INPUT_RECEIVED">): boolean {
    const { index, colony } = this.#options.ledger;
    if (data.from !== PERSON) return false;
    return (
      data.principal === undefined ||
      data.principal === colony.owner ||
      index.get(agentId)?.kind === "overseer"
    );
  }

  /** Lifts the person's stop after which a person has spoken, and never one that has come after those words. */
  async lift(): Promise<void> {
    if (!this.#lifting) return;
    const version = this.#stop?.version;
    await this.#options.ledger.executeColony({ type: "dispatch.unblock", owner: PERSON, version });
  }
}
