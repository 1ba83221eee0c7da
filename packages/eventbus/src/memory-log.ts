import {
  ColonyError,
  colonyId,
  recipientOf,
  recordAppend,
  type AgentId,
  type Append,
  type ColonyEvent,
  type ColonyId,
  type EventLog,
  type LogRead,
} from "@colony/core";
import { createMemoryPruning } from "./memory-log-pruning.ts";
import { selectEvents, type MemoryStream } from "./memory-log-read.ts";

/** A log in memory: what tests, browsers and colonies that need not survive their process run on. */
export interface MemoryLog extends EventLog {
  /** Everything recorded so far, also after `close`: a new log made `from` it continues where this one ended. */
  events(): readonly ColonyEvent[];
}

/** What each append of a group was recorded as, or why it could not be. */
type Outcome = readonly ColonyEvent[] | { readonly error: unknown };

/** Appends that share a commit. */
interface Group {
  readonly appends: Append[];
  /** One for each append, once it is committed. */
  readonly outcomes: Outcome[];
  readonly committed: Promise<void>;
  readonly settle: () => void;
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
  let waiting: Group | undefined;
  let seq = 0;
  let closed = false;

  const streamOf = (agent: AgentId): MemoryStream => {
    let stream = streams.get(agent);
    if (stream === undefined) streams.set(agent, (stream = { own: [], version: 0, mail: undefined }));
    return stream;
  };

  const keep = (event: ColonyEvent, stream: MemoryStream): void => {
    all.push(event);
    stream.own.push(event);
    stream.version = event.version;
    const recipient = recipientOf(event);
    if (recipient !== undefined && recipient !== event.agentId) (streamOf(recipient).mail ??= []).push(event);
    seq = event.seq;
  };

  const record = (append: Append): readonly ColonyEvent[] => {
    const { agentId, expectedVersion } = append;
    const stream = streams.get(agentId);
    const version = stream?.version ?? 0;
    if (version !== expectedVersion) throw conflict(append, version);
    const target = stream ?? streamOf(agentId);
    const recorded = recordAppend(append, { colonyId: colony, seq: seq + 1 });
    for (const event of recorded) keep(event, target);
    return recorded;
  };

  const outcomeOf = (append: Append): Outcome => {
    try {
      return record(append);
    } catch (error) {
      return { error };
    }
  };

  const commit = (): void => {
    if (waiting === undefined) return;
    const { appends, outcomes, settle } = waiting;
    waiting = undefined;
    const before = all.length;
    for (const append of appends) outcomes.push(outcomeOf(append));
    if (all.length > before) {
      const told = all.slice(before);
      for (const listener of Array.from(listeners)) tell(listener, told);
    }
    settle();
  };

  const begin = (): Group => {
    const { promise, resolve } = Promise.withResolvers<void>();
    queueMicrotask(commit);
    return { appends: [], outcomes: [], committed: promise, settle: resolve };
  };

  for (const event of options.from ?? []) keep(event, streamOf(event.agentId));

  return {
    colonyId: colony,
    append(append) {
      if (closed) return Promise.reject(closedError());
      const group = (waiting ??= begin());
      const place = group.appends.push(append) - 1;
      return group.committed.then(() => eventsOf(group, place));
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
    pruning: createMemoryPruning({
      all,
      streams,
      mustBeOpen: () => {
        if (closed) throw closedError();
      },
    }),
    async close() {
      closed = true;
      commit();
      listeners.clear();
    },
    events: () => all,
  };
}

function eventsOf({ outcomes }: Group, place: number): readonly ColonyEvent[] {
  const outcome = outcomes[place];
  if (outcome === undefined) throw new Error("the commit has no outcome for one of its appends");
  if (isRecorded(outcome)) return outcome;
  throw outcome.error;
}

function isRecorded(outcome: Outcome): outcome is readonly ColonyEvent[] {
  return Array.isArray(outcome);
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
