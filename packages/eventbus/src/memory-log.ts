import {
  ColonyError,
  colonyId,
  recipientOf,
  recordEvent,
  type AgentId,
  type Append,
  type ColonyEvent,
  type ColonyId,
  type EventLog,
  type LogRead,
} from "@colony/core";
import { selectEvents, type MemoryStream } from "./memory-log-read.ts";

/** A log in memory: what tests, browsers and colonies that need not survive their process run on. */
export interface MemoryLog extends EventLog {
  /** Everything recorded so far, also after `close`: a new log made `from` it continues where this one ended. */
  events(): readonly ColonyEvent[];
}

interface Waiting {
  readonly append: Append;
  readonly resolve: (events: readonly ColonyEvent[]) => void;
  readonly reject: (error: unknown) => void;
  /** What it was recorded as, or why it could not be. */
  outcome: { readonly events: readonly ColonyEvent[] } | { readonly error: unknown } | undefined;
}

/**
 * Makes a log in memory. Appends of one tick share one commit, as they do on a disk. Recorded events are not copied:
 * who appends an event gives it away.
 */
export function createMemoryLog(
  options: {
    /** Default `memory`. */
    readonly colonyId?: ColonyId;
    /** Events of an earlier log, in seq order. */
    readonly from?: readonly ColonyEvent[];
  } = {},
): MemoryLog {
  const colony = options.colonyId ?? options.from?.[0]?.colonyId ?? colonyId("memory");
  const all: ColonyEvent[] = [];
  const streams = new Map<AgentId, MemoryStream>();
  const listeners = new Set<(events: readonly ColonyEvent[]) => void>();
  let waiting: Waiting[] = [];
  let seq = 0;
  let closed = false;

  const streamOf = (agent: AgentId): MemoryStream => {
    let stream = streams.get(agent);
    if (stream === undefined) streams.set(agent, (stream = { own: [], mail: undefined }));
    return stream;
  };

  const keep = (event: ColonyEvent, stream: MemoryStream): void => {
    all.push(event);
    stream.own.push(event);
    const recipient = recipientOf(event);
    if (recipient !== undefined && recipient !== event.agentId) (streamOf(recipient).mail ??= []).push(event);
    seq = event.seq;
  };

  const record = (append: Append): readonly ColonyEvent[] => {
    const { agentId, expectedVersion } = append;
    const stream = streams.get(agentId);
    const version = stream?.own.at(-1)?.version ?? 0;
    if (version !== expectedVersion) throw conflict(append, version);
    const target = stream ?? streamOf(agentId);
    return append.events.map((event, index) => {
      const place = { colonyId: colony, seq: seq + 1, version: version + 1 + index };
      const recorded = recordEvent(event, append, place);
      keep(recorded, target);
      return recorded;
    });
  };

  const commit = (): void => {
    const group = waiting;
    waiting = [];
    const told: ColonyEvent[] = [];
    for (const each of group)
      try {
        const events = record(each.append);
        for (const event of events) told.push(event);
        each.outcome = { events };
      } catch (error) {
        each.outcome = { error };
      }
    if (told.length > 0) for (const listener of Array.from(listeners)) tell(listener, told);
    for (const { outcome, resolve, reject } of group)
      if (outcome !== undefined && "events" in outcome) resolve(outcome.events);
      else reject(outcome?.error);
  };

  for (const event of options.from ?? []) keep(event, streamOf(event.agentId));

  return {
    colonyId: colony,
    append(append) {
      if (closed) return Promise.reject(closedError());
      return new Promise((resolve, reject) => {
        if (waiting.push({ append, resolve, reject, outcome: undefined }) === 1) queueMicrotask(commit);
      });
    },
    async read(read: LogRead) {
      if (closed) throw closedError();
      return selectEvents(all, streams, read);
    },
    onAppended(listener) {
      const own = (events: readonly ColonyEvent[]): void => listener(events);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    head: () => seq,
    async close() {
      closed = true;
      if (waiting.length > 0) commit();
      listeners.clear();
    },
    events: () => all,
  };
}

/** A listener that throws has a bug: it becomes an uncaught error, and neither the appends nor other listeners suffer. */
function tell(listener: (events: readonly ColonyEvent[]) => void, events: readonly ColonyEvent[]): void {
  try {
    listener(events);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function conflict(append: Append, version: number): ColonyError {
  const { agentId, expectedVersion } = append;
  return new ColonyError(
    "log.conflict",
    `the stream of "${agentId}" is at version ${version}, not ${expectedVersion}; read it again and decide anew`,
    { details: { agentId, expectedVersion, version } },
  );
}

function closedError(): ColonyError {
  return new ColonyError("log.closed", "the log has been closed; open the colony again to go on");
}
