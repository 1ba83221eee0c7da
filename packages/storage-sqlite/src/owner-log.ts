import type { DatabaseSync } from "node:sqlite";
import {
  ColonyError,
  type AgentId,
  type Append,
  type ColonyEvent,
  type ColonyId,
  type EventLog,
} from "@colony/core";
import { createEventReader } from "./event-reader.ts";
import { createEventWriter } from "./event-writer.ts";
import { prepareAppend, type PreparedAppend } from "./prepared-append.ts";
import { createWritableNames } from "./names.ts";
import type { FileBlobStore } from "./file-blob-store.ts";
import { logClosed } from "./log-closed.ts";
import { createListeners } from "./listeners.ts";
import { createStreamHeads } from "./stream-heads.ts";

/** What a log stands on. */
export interface LogGround {
  readonly db: DatabaseSync;
  readonly colonyId: ColonyId;
  readonly blobs: FileBlobStore;
  /** Runs a transaction; throws `log.write_failed`, and then nothing of it was stored. */
  readonly write: (transaction: () => void) => void;
}

interface Waiting {
  readonly prepared: PreparedAppend;
  readonly resolve: (events: readonly ColonyEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** What became of one append of a group. */
type Outcome = { readonly waiting: Waiting } & (
  | { readonly events: readonly ColonyEvent[] }
  | { readonly error: unknown }
);

/** One commit takes appends until it has this many events, and leaves the rest to the next. */
const LARGEST_GROUP = 1_000;

/**
 * Makes the log of the process that owns the folder. Appends collect until the event loop has gone round once, or
 * until they fill a commit; one transaction stores them all.
 */
export function createOwnerLog({ db, colonyId, blobs, write }: LogGround): EventLog {
  const names = createWritableNames(db);
  const reader = createEventReader(db, { colonyId, blobs, names });
  const writer = createEventWriter(db, { colonyId, blobs, names });
  const heads = createStreamHeads((agentId) => writer.versionOf(agentId));
  const listeners = createListeners();
  let head = reader.head();
  const waiting: Waiting[] = [];
  let waitingEvents = 0;
  let timer: NodeJS.Immediate | undefined;
  let closed = false;

  const store = (group: readonly Waiting[]): readonly Outcome[] => {
    const outcomes: Outcome[] = [];
    const versions = new Map<AgentId, number>();
    let seq = head;
    try {
      write(() => {
        for (const each of group) {
          const { append } = each.prepared;
          const version = versions.get(append.agentId) ?? heads.versionOf(append.agentId);
          if (version !== append.expectedVersion) {
            outcomes.push({ waiting: each, error: conflict(append, version) });
            continue;
          }
          const events = writer.insert(each.prepared, seq + 1);
          seq += events.length;
          versions.set(append.agentId, version + events.length);
          outcomes.push({ waiting: each, events });
        }
      });
    } catch (error) {
      names.forget();
      return group.map((each) => ({ waiting: each, error }));
    }
    head = seq;
    for (const [agentId, version] of versions) heads.set(agentId, version);
    return outcomes;
  };

  const commit = (): void => {
    clearImmediate(timer);
    timer = undefined;
    const outcomes = store(takeGroup());
    const told: ColonyEvent[] = [];
    for (const outcome of outcomes) if ("events" in outcome) told.push(...outcome.events);
    if (told.length > 0) listeners.tell(told);
    for (const outcome of outcomes)
      if ("events" in outcome) outcome.waiting.resolve(outcome.events);
      else outcome.waiting.reject(outcome.error);
    if (waiting.length > 0) timer ??= setImmediate(commit);
  };

  const takeGroup = (): readonly Waiting[] => {
    let size = 0;
    let count = 0;
    while (count < waiting.length && size < LARGEST_GROUP) {
      size += waiting[count]?.prepared.json.length ?? 0;
      count += 1;
    }
    waitingEvents -= size;
    return waiting.splice(0, count);
  };

  const enqueue = (entry: Waiting): void => {
    waiting.push(entry);
    waitingEvents += entry.prepared.json.length;
    if (waitingEvents >= LARGEST_GROUP) commit();
    else timer ??= setImmediate(commit);
  };

  return {
    colonyId,
    /** No async function: every append comes through here, and one promise is all that it needs. */
    append(append) {
      return new Promise((resolve, reject) => {
        if (closed) throw logClosed();
        enqueue({ prepared: prepareAppend(append), resolve, reject });
      });
    },
    async read(read) {
      if (closed) throw logClosed();
      return reader.page(read);
    },
    onAppended: (listener) => listeners.add(listener),
    head: () => head,
    async close() {
      closed = true;
      while (waiting.length > 0) commit();
      clearImmediate(timer);
      listeners.clear();
    },
  };
}

function conflict({ agentId, expectedVersion }: Append, version: number): ColonyError {
  return new ColonyError(
    "log.conflict",
    `the stream of "${agentId}" is at version ${version}, not ${expectedVersion}; read it again and decide anew`,
    { details: { agentId, expectedVersion, version } },
  );
}
