import { COLONY_STREAM, ColonyError, type Host } from "@colony/core";
import type { EventBus } from "@colony/eventbus";

/**
 * Whether this process still is the one that has the colony open. A folder refuses a second owner; a log that is shared in
 * another way cannot, so whoever has opened it last has it, and everybody before lets go.
 */
export class Hold {
  readonly #leave: () => void;
  #lost: ColonyError | undefined;
  #onLost: (() => void) | undefined;

  /** `openedAt` is the seq at which this process has opened the colony. */
  constructor({ bus, openedAt }: { readonly bus: EventBus; readonly openedAt: number }) {
    const openings = bus.events$({ agentId: COLONY_STREAM, types: ["COLONY_OPENED"] });
    const subscription = openings.subscribe((event) => {
      if (event.type === "COLONY_OPENED" && event.seq > openedAt) this.lose(event.data.host);
    });
    this.#leave = () => subscription.unsubscribe();
  }

  /** Why nothing can be done here any more; undefined while it is held. */
  get lost(): ColonyError | undefined {
    return this.#lost;
  }

  /** Somebody else has it: seen in its opening, or in that work was taken up which was under way here. */
  lose(to?: Host): void {
    if (this.#lost !== undefined) return;
    const who = to === undefined ? "another process" : `process ${to.pid}`;
    this.#lost = new ColonyError(
      "colony.in_use",
      `${who} has opened this colony since, and this one has let go of it; what was accepted goes on there`,
      { details: to === undefined ? {} : { pid: to.pid } },
    );
    this.#onLost?.();
  }

  /** Calls back once it is lost, at once where it is already. */
  onLost(callback: () => void): void {
    this.#onLost = callback;
    if (this.#lost !== undefined) callback();
  }

  release(): void {
    this.#leave();
    this.#onLost = undefined;
  }
}
