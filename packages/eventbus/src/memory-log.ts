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
    if (stream === undefined) streams.set(agent, (stream = { own: [], mail: [] }));
    return stream;
  };

  const keep = (event: ColonyEvent, stream: MemoryStream): void => {
    all.push(event);
    stream.own.push(event);
    const recipient = recipientOf(event);
    if (recipient !== undefined && recipient !== event.agentId) streamOf(recipient).mail.push(event);
    seq = event.seq;
  };

  const record = (append: Append): readonly ColonyEvent[] => {
    const stream = streams.get(append.agentId);
    let version = stream?.own.at(-1)?.version ?? 0;
    if (version !== append.expectedVersion) throw conflict(append, version);
    const target = stream ?? streamOf(append.agentId);
    return append.events.map((event) => {
      version += 1;
      const recorded = recordEvent(event, append, { colonyId: colony, seq: seq + 1, version });
      keep(recorded, target);
      return recorded;
    });
  };

  const commit = (): void => {
    const group = waiting;
    waiting = [];
    const told: ColonyEvent[] = [];
    const outcomes = group.map(({ append }) => {
      try {
        const events = record(append);
        for (const event of events) told.push(event);
        return { events };
      } catch (error) {
        return { error };
      }
    });
    if (told.length > 0) for (const listener of Array.from(listeners)) tell(listener, told);
    for (const [index, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome?.events !== undefined) resolve(outcome.events);
      else reject(outcome?.error);
    }
  };

  for (const event of options.from ?? []) keep(event, streamOf(event.agentId));

  return {
    colonyId: colony,
    append(append) {
      if (closed) return Promise.reject(closedError());
      return new Promise((resolve, reject) => {
        if (waiting.push({ append, resolve, reject }) === 1) queueMicrotask(commit);
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
