import {
  COLONY_STREAM,
  ColonyError,
  NEW_COLONY,
  decideColony,
  evolveColony,
  isRefusal,
  type Clock,
  type ColonyCommand,
  type ColonyEvent,
  type ColonyState,
  type EventLog,
} from "@colony/core";
import type { Outage } from "./outage.ts";

interface ColonyStreamOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly outage: Pick<Outage, "note">;
}

/** The colony's own stream: what is durable of it, and commands on it, one after the other. */
export class ColonyStream {
  readonly #options: ColonyStreamOptions;
  #state: ColonyState = NEW_COLONY;
  #writing: Promise<unknown> = Promise.resolve();
  /** Seq at which this process has opened the colony; before that, up to where it had been read. */
  #openedAt = 0;
  /** Commands whose outcome is not known yet. */
  #commands = 0;

  constructor(options: ColonyStreamOptions) {
    this.#options = options;
  }

  get state(): ColonyState {
    return this.#state;
  }

  /** Whether nothing is being written, so that `state` is all that has been said. */
  get isSettled(): boolean {
    return this.#commands === 0;
  }

  /** Goes on from what a recovery has found. */
  begin(state: ColonyState, upTo: number): void {
    this.#state = state;
    this.#openedAt = upTo;
  }

  /** Whether nobody has opened the colony since, whatever this process was told of that. */
  async isHeld(): Promise<boolean> {
    const query = { agentId: COLONY_STREAM, types: ["COLONY_OPENED"] } as const;
    const later = await this.#options.log.read({ ...query, after: this.#openedAt, limit: 1 });
    return later.length === 0;
  }

  /** Takes in an event of it that the log has taken. */
  take(event: ColonyEvent): void {
    this.#state = evolveColony(this.#state, [event]);
  }

  execute(command: ColonyCommand): Promise<readonly ColonyEvent[]> {
    const write = (): Promise<readonly ColonyEvent[]> => this.#write(command);
    const writing = this.#writing.then(write, write);
    this.#commands += 1;
    this.#writing = writing
      // Whoever asked for it is told; the next one only waits its turn.
      .catch(() => undefined)
      .finally(() => {
        this.#commands -= 1;
      });
    return writing;
  }

  async #write(command: ColonyCommand): Promise<readonly ColonyEvent[]> {
    const { log, clock, outage } = this.#options;
    const decision = decideColony(this.#state, command);
    if (isRefusal(decision)) throw ColonyError.from(decision);
    if (decision.length === 0) return [];
    const at = clock.now();
    const { version: expectedVersion } = this.#state;
    try {
      const events = await log.append({ agentId: COLONY_STREAM, expectedVersion, events: decision, at });
      if (command.type === "colony.open") this.#openedAt = events.at(-1)?.seq ?? this.#openedAt;
      return events;
    } catch (error) {
      outage.note(error, at);
      throw error;
    }
  }
}
