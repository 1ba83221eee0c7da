import type { DatabaseSync } from "node:sqlite";
import {
  ColonyError,
  type AgentId,
  type Append,
  type ColonyEvent,
  type ColonyId,
  type EventLog,
} from "@colony/core";
import { BUSY_TIMEOUT_MS, RETRY_MS, wasBusy } from "./database.ts";
import { createEventPruning } from "./event-pruning.ts";
import { createEventReader } from "./event-reader.ts";
import { createEventWriter } from "./event-writer.ts";
import { prepareAppend, type PreparedAppend } from "./prepared-append.ts";
import { createWritableNames } from "./names.ts";
import type { FileBlobStore } from "./file-blob-store.ts";
import { logClosed } from "./log-closed.ts";
import { createListeners } from "./listeners.ts";
import { createRegisterWriter } from "./register-writer.ts";
import { createStoredVersions } from "./stored-versions.ts";
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
  const register = createRegisterWriter(db);
  const writer = createEventWriter(db, { colonyId, blobs, names, register });
  const listeners = createListeners();
  let head = reader.head();
  register.catchUp(head, write);
  const heads = createStreamHeads(createStoredVersions(db, names));
  const waiting: Waiting[] = [];
  let waitingEvents = 0;
  let timer: NodeJS.Immediate | undefined;
  let retry: NodeJS.Timeout | undefined;
  /** Since when other writers have kept the commit out that is due. */
  let busySince: number | undefined;
  let closed = false;

  const isWorthARetry = (error: unknown, began: number): boolean => {
    if (!wasBusy(error)) return false;
    busySince ??= began;
    return performance.now() - busySince < BUSY_TIMEOUT_MS;
  };

  /** Undefined: nothing is stored, and it is to be tried again. */
  const store = (group: readonly Waiting[]): readonly Outcome[] | undefined => {
    const began = performance.now();
    const outcomes: Outcome[] = [];
    const versions = new Map<AgentId, number>();
    let seq = head;
    try {
      register.expect(head, eventsIn(group));
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
        register.fileDue(seq);
      });
    } catch (error) {
      names.forget();
      register.forget();
      if (isWorthARetry(error, began)) return undefined;
      return group.map((each) => ({ waiting: each, error }));
    }
    head = seq;
    for (const [agentId, version] of versions) heads.set(agentId, version);
    return outcomes;
  };

  const commit = (): void => {
    clearImmediate(timer);
    clearTimeout(retry);
    timer = retry = undefined;
    const group = takeGroup();
    const outcomes = store(group);
    if (outcomes === undefined) {
      waiting.unshift(...group);
      waitingEvents += eventsIn(group);
      retry = setTimeout(commit, RETRY_MS);
      return;
    }
    busySince = undefined;
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
    if (retry !== undefined) return;
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
    pruning: createEventPruning({ db, reader, names, blobs, write, isClosed: () => closed }),
    async close() {
      closed = true;
      while (waiting.length > 0) commit();
      clearImmediate(timer);
      clearTimeout(retry);
      listeners.clear();
    },
  };
}

function eventsIn(group: readonly Waiting[]): number {
  return group.reduce((sum, { prepared }) => sum + prepared.json.length, 0);
}

function conflict({ agentId, expectedVersion }: Append, version: number): ColonyError {
  return new ColonyError(
    "log.conflict",
    `the stream of "${agentId}" is at version ${version}, not ${expectedVersion}; read it again and decide anew`,
    { details: { agentId, expectedVersion, version } },
  );
}
