import {
  messageOf,
  prunedState,
  type AgentId,
  type AgentIndex,
  type AgentState,
  type ColonyEvent,
  type EventLog,
  type EventOf,
  type Logger,
} from "@colony/core";
import { AgentStream } from "./agent-stream.ts";
import { foldAgent, withUnreadMail } from "./fold-agent.ts";
import { prunedBy } from "./pruned-agents.ts";

/** An agent that is being read from the log, and what has been told of it meanwhile. */
interface Loading {
  readonly stream: Promise<AgentStream | undefined>;
  readonly arrived: ColonyEvent[];
}

interface StreamsOptions {
  readonly log: EventLog;
  readonly logger: Logger;
  readonly index: AgentIndex;
}

/** The agents whose states are in memory: all open ones, and others for as long as something is done with them. */
export class AgentStreams {
  readonly #options: StreamsOptions;
  readonly #streams = new Map<AgentId, AgentStream>();
  /** One of those: who was asked for last. */
  #last: AgentStream | undefined;
  /** Who was asked for last and is not one of those. */
  #lastOfNone: AgentId | undefined;
  readonly #loading = new Map<AgentId, Loading>();
  /** Agents that nobody may read or write before that is over. */
  readonly #aside = new Map<AgentId, Promise<void>>();
  /** Agents to whom something has happened that is not in their records yet: these are being read. */
  readonly #behind = new Set<AgentId>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Whoever asks for an agent mostly asks for it again, before anybody asks for another one. */
  get(agentId: AgentId): AgentStream | undefined {
    const last = this.#last;
    if (last !== undefined && last.agentId === agentId) return last;
    if (agentId === this.#lastOfNone) return undefined;
    const stream = this.#streams.get(agentId);
    if (stream === undefined) this.#lastOfNone = agentId;
    else this.#last = stream;
    return stream;
  }

  /** Whether there is such an agent, or one is being spawned or looked for. */
  exists(agentId: AgentId): boolean {
    return (
      this.#streams.has(agentId) ||
      this.#loading.has(agentId) ||
      this.#options.index.get(agentId) !== undefined
    );
  }

  /** Whether more has happened to an agent than its record says. */
  isBehind(agentId: AgentId): boolean {
    return this.#behind.has(agentId);
  }

  /** Holds an agent as a recovery has found it. */
  begin(state: AgentState, upTo: number): void {
    const { id } = state.record;
    this.hold(new AgentStream(id, this.#options.log.colonyId, { state, upTo }));
  }

  /** An agent that is known, read from the log where it is not held. Whoever asked has to release it. */
  async obtain(agentId: AgentId): Promise<AgentStream | undefined> {
    while (this.exists(agentId)) {
      const stream = this.#streams.get(agentId);
      if (stream !== undefined) return stream;
      const aside = this.#aside.get(agentId);
      if (aside !== undefined) await aside;
      if ((await this.#load(agentId)) === undefined) break;
    }
    return this.#streams.get(agentId);
  }

  /** For an agent that is not known: not held before something is written to it. */
  fresh(agentId: AgentId): AgentStream {
    return new AgentStream(agentId, this.#options.log.colonyId, { state: undefined, upTo: 0 });
  }

  /** From now on this is what is known of its agent. */
  hold(stream: AgentStream): void {
    if (stream.isHeld) return;
    const { agentId } = stream;
    const earlier = this.#streams.get(agentId);
    if (earlier !== undefined) this.#drop(earlier);
    stream.isHeld = true;
    if (agentId === this.#lastOfNone) this.#lastOfNone = undefined;
    this.#streams.set(agentId, stream);
  }

  /** Closed agents are many and change rarely: their states are not kept, nor are those of agents that never were. */
  release(stream: AgentStream): void {
    if (stream.writing || !stream.isHeld) return;
    const status = stream.state?.record.status;
    if (status === undefined || status === "closed") this.#drop(stream);
  }

  /** Lets go of a state that another writer has gone past, and reads what the log has instead. */
  async readAgain(stream: AgentStream): Promise<void> {
    if (!stream.isHeld) return;
    const { agentId } = stream;
    this.#drop(stream);
    this.#behind.add(agentId);
    await this.#catchUp(agentId);
  }

  /** Takes in an event of an agent's own stream, and with the first one of a write of ours all of that. How many are known now. */
  takeOwn(event: ColonyEvent): number {
    const { agentId } = event;
    const stream = this.get(agentId);
    const settled = stream?.settle(event) ?? 0;
    if (stream === undefined || settled === 0) {
      this.take(agentId, event);
      return 1;
    }
    this.#changed(stream);
    return settled;
  }

  /** Takes in an event that the log has taken, for the agent that it stands with or is mail for. */
  take(agentId: AgentId, event: ColonyEvent): void {
    const stream = this.get(agentId) ?? this.#newcomer(agentId, event);
    if (stream?.commit(event) === true) this.#changed(stream);
  }

  /** Whoever wants to do something with an agent waits until that is over. Not where somebody does already. */
  setAside(agentId: AgentId, until: Promise<void>): boolean {
    if (this.#streams.has(agentId) || this.#loading.has(agentId) || this.#aside.has(agentId)) return false;
    this.#aside.set(agentId, until);
    return true;
  }

  letBack(agentId: AgentId): void {
    this.#aside.delete(agentId);
  }

  /** Takes in that histories are not kept any longer; whose. */
  prune(event: EventOf<"HISTORY_PRUNED">): readonly AgentId[] {
    const { index } = this.#options;
    const records = prunedBy(event, (id) => index.get(id));
    for (const record of records) index.put(record);
    return records.map(({ id }) => id);
  }

  /** An agent's durable state is another one now. */
  #changed(stream: AgentStream): void {
    const { index } = this.#options;
    const record = stream.state?.record;
    if (record === undefined) return;
    if (stream.place === undefined) stream.place = index.put(record);
    else index.replace(stream.place, record);
    this.release(stream);
  }

  #drop(stream: AgentStream): void {
    stream.isHeld = false;
    if (this.#last === stream) this.#last = undefined;
    this.#streams.delete(stream.agentId);
    this.#lastOfNone = stream.agentId;
  }

  /**
   * Somebody else's spawn makes an agent known, and what somebody else writes to one that is not held has it read again. Its
   * mail is kept track of without that.
   */
  #newcomer(agentId: AgentId, event: ColonyEvent): AgentStream | undefined {
    const { index } = this.#options;
    const loading = this.#loading.get(agentId);
    const record = index.get(agentId);
    if (loading !== undefined) {
      loading.arrived.push(event);
      this.#behind.add(agentId);
    } else if (record !== undefined && event.agentId !== agentId) index.put(withUnreadMail(record));
    else if (event.type === "AGENT_SPAWNED" && event.agentId === agentId) {
      const stream = this.fresh(agentId);
      this.hold(stream);
      return stream;
    } else if (event.agentId === agentId) {
      this.#behind.add(agentId);
      void this.#catchUp(agentId);
    }
    return undefined;
  }

  /** Reads what another writer has made of an agent. It stays behind where that fails. */
  async #catchUp(agentId: AgentId): Promise<void> {
    try {
      const stream = await this.#load(agentId);
      if (stream !== undefined) this.release(stream);
    } catch (error) {
      this.#options.logger.warn({ agentId, reason: messageOf(error) }, "agent not read after a conflict");
    }
  }

  async #load(agentId: AgentId): Promise<AgentStream | undefined> {
    const loading = this.#loading.get(agentId);
    if (loading !== undefined) return await loading.stream;
    const arrived: ColonyEvent[] = [];
    const stream = this.#read(agentId, arrived);
    this.#loading.set(agentId, { stream, arrived });
    return await stream;
  }

  async #read(agentId: AgentId, arrived: readonly ColonyEvent[]): Promise<AgentStream | undefined> {
    const { log, index } = this.#options;
    try {
      const { state: folded, seq } = await foldAgent(log, agentId);
      this.#behind.delete(agentId);
      if (folded === undefined) return undefined;
      const state = prunedState(folded, index.get(agentId) ?? folded.record);
      const stream = new AgentStream(agentId, log.colonyId, { state, upTo: seq });
      for (const event of arrived) stream.commit(event);
      this.hold(stream);
      index.put(stream.state?.record ?? state.record);
      return stream;
    } finally {
      this.#loading.delete(agentId);
    }
  }
}
