import {
  ColonyError,
  type AgentCommand,
  type AgentId,
  type Clock,
  type ColonyEvent,
  type EventLog,
  type Refusal,
} from "@colony/core";
import type { AgentStream, DecideOptions } from "./agent-stream.ts";
import type { AgentStreams } from "./agent-streams.ts";
import { Decided } from "./decided.ts";
import type { Outage } from "./outage.ts";
import { Recorded, rejected, tellLater, type Outcome, type Recording } from "./outcome.ts";
import type { SpawnNames } from "./spawn-names.ts";
import type { Spending } from "./spending.ts";
import type { Writing } from "./writing.ts";

interface WriterOptions {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly streams: AgentStreams;
  readonly names: SpawnNames;
  readonly spending: Spending;
  readonly outage: Outage;
}

/** Decides commands on the newest that is known of their agents, and has what comes of that written. */
export class Writer {
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** See `Ledger.execute`. */
  execute(agentId: AgentId, commands: readonly AgentCommand[], options: DecideOptions): Promise<Outcome> {
    const { streams } = this.#options;
    const stream = streams.get(agentId);
    if (stream === undefined && streams.exists(agentId))
      return this.#executeUnheld(agentId, commands, options);
    return this.#executeOn(stream ?? streams.fresh(agentId), commands, options);
  }

  /** See `Ledger.record`. */
  record(agentId: AgentId, commands: readonly AgentCommand[], recording: Recording): void {
    const stream = this.#options.streams.get(agentId);
    const decided = stream === undefined ? undefined : this.#decide(stream, commands, recording);
    if (decided instanceof Decided) void this.#write(decided, recording);
    else tellLater(decided ?? this.execute(agentId, commands, recording), recording);
  }

  async #executeUnheld(
    agentId: AgentId,
    commands: readonly AgentCommand[],
    options: DecideOptions,
  ): Promise<Outcome> {
    const { streams } = this.#options;
    while (streams.get(agentId) === undefined && streams.exists(agentId))
      if ((await streams.obtain(agentId)) === undefined) break;
    return await this.#executeOn(streams.get(agentId) ?? streams.fresh(agentId), commands, options);
  }

  #executeOn(
    stream: AgentStream,
    commands: readonly AgentCommand[],
    options: DecideOptions,
  ): Promise<Outcome> {
    const decided = this.#decide(stream, commands, options);
    return decided instanceof Decided ? this.#write(decided) : decided;
  }

  /** What is to be written, or the outcome where nothing is. */
  #decide(
    stream: AgentStream,
    commands: readonly AgentCommand[],
    options: DecideOptions,
  ): Decided | Promise<Outcome> {
    const { streams, names, spending, clock } = this.#options;
    // A second spawn of an agent that is there is refused as such.
    const isThere = stream.isHeld || streams.exists(stream.agentId);
    const name = isThere ? undefined : names.claim(commands[0]);
    if (typeof name === "object") return unwritten(stream, name);
    const { basis } = stream;
    try {
      const writing = stream.decide(commands, clock.now(), options);
      if (writing === undefined || "code" in writing) {
        this.#letGo({ stream, name });
        return unwritten(stream, writing);
      }
      const room = spending.claim(stream.agentId, writing.events);
      if (typeof room !== "object") {
        writing.room = room;
        return new Decided(stream, writing, { basis, name });
      }
      stream.forget(writing);
      this.#letGo({ stream, name });
      return Promise.resolve({ ok: false, refusal: room });
    } catch (error) {
      this.#letGo({ stream, name });
      return rejected(error);
    }
  }

  /** Each commit of each agent comes through here: one promise is all that it needs. Whoever is to be called back is. */
  #write(decided: Decided, recording?: Recording): Promise<Outcome> {
    const { stream, writing } = decided;
    this.#options.streams.hold(stream);
    const written = this.#append(writing).then(
      (events): Outcome => {
        this.#letGo(decided);
        const outcome = new Recorded(events, stream.state);
        recording?.onOutcome(outcome);
        return outcome;
      },
      (error: unknown) => {
        if (recording !== undefined) writing.written?.catch((why: unknown) => recording.onFailure(why));
        return this.#failed(error, decided);
      },
    );
    writing.written = written;
    return written;
  }

  /** A log that throws instead of rejecting is one that has rejected. */
  #append(writing: Writing): Promise<readonly ColonyEvent[]> {
    try {
      return this.#options.log.append(writing);
    } catch (error) {
      return rejected(error);
    }
  }

  /** The outcome of a write is known: what it held meanwhile is free, the name of who is spawned and room in budgets. */
  #letGo({
    stream,
    name,
    writing,
  }: Pick<Decided, "stream" | "name"> & Partial<Pick<Decided, "writing">>): void {
    const { spending, names, streams } = this.#options;
    if (writing?.room !== undefined) spending.letGo(writing.room);
    if (name !== undefined) names.release(name);
    streams.release(stream);
  }

  /**
   * What was decided could not be appended. Rejects with what its basis failed of, where that is why. Versions only count
   * events: if another writer puts just as many in the place of a basis, the log takes what was decided upon it all the
   * same. The state stays what the log says; who owns an agent has to see to it that nobody else writes to it.
   */
  async #failed(error: unknown, decided: Decided): Promise<never> {
    const { stream, writing, basis } = decided;
    const { outage, streams } = this.#options;
    outage.note(error, writing.at);
    const isNews = stream.forget(writing);
    try {
      if (!(error instanceof ColonyError) || error.code !== "log.conflict") throw error;
      await basis;
      if (isNews) await streams.readAgain(stream);
      throw error;
    } finally {
      this.#letGo(decided);
    }
  }
}

/** What is not written holds once that is durable upon which it was decided. */
async function unwritten(stream: AgentStream, refusal: Refusal | undefined): Promise<Outcome> {
  await stream.basis;
  return refusal === undefined ? new Recorded([], stream.state) : { ok: false, refusal };
}
