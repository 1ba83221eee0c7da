import type { DatabaseSync } from "node:sqlite";
import { ColonyError, type Append, type ColonyEvent, type ColonyId, type EventLog } from "@colony/core";
import { AppendGroup, NotStored, prepareAppend, type Outcome } from "./append-group.ts";
import { BUSY_TIMEOUT_MS, RETRY_MS, wasBusy } from "./database.ts";
import { createEventPruning } from "./event-pruning.ts";
import { createEventReader } from "./event-reader.ts";
import { createEventWriter } from "./event-writer.ts";
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
  /** Runs a transaction; throws `log.write_failed`, and then nothing of it is seen here, now or later. */
  readonly write: (transaction: () => void) => void;
}

/**
 * Makes the log of the process that owns the folder. Appends collect until the event loop has gone round once, or
 * until they fill a group; one transaction stores them all.
 */
export function createOwnerLog({ db, colonyId, blobs, write }: LogGround): EventLog {
  const names = createWritableNames(db);
  const register = createRegisterWriter(db);
  const reader = createEventReader(db, { colonyId, blobs, names }, () => register.unfiled);
  const writer = createEventWriter(db, { colonyId, blobs, names, register });
  const versionOf = createStoredVersions(db, register);
  const heads = createStreamHeads((agentId) => {
    const given = names.give(agentId);
    if (given !== -1) return { agent: given, version: 0 };
    const agent = names.find(agentId);
    // Its newest event may be one of those that wait.
    writer.finish();
    return { agent, version: versionOf(agent) };
  });
  const listeners = createListeners();
  let head = reader.head();
  register.catchUp(head, write);
  const waiting: AppendGroup[] = [];
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
  const store = ({ appends }: AppendGroup): readonly Outcome[] | undefined => {
    const began = performance.now();
    const outcomes = Array.of<Outcome>();
    let seq = head;
    try {
      register.expect();
      write(() => {
        for (const prepared of appends) {
          const { append } = prepared;
          const stream = heads.of(append.agentId);
          if (stream.version !== append.expectedVersion) {
            outcomes.push(new NotStored(conflict(append, stream.version)));
            continue;
          }
          outcomes.push(writer.insert(prepared, stream, seq + 1));
          seq += append.events.length;
        }
        writer.finish();
        register.fileDue();
      });
    } catch (error) {
      names.forget();
      register.forget();
      writer.forget();
      for (const { append } of appends) heads.forget(append.agentId);
      return isWorthARetry(error, began) ? undefined : appends.map(() => new NotStored(error));
    }
    register.stored();
    head = seq;
    return outcomes;
  };

  const commit = (): void => {
    clearImmediate(timer);
    clearTimeout(retry);
    timer = retry = undefined;
    const group = waiting.shift();
    if (group === undefined) return;
    const outcomes = store(group);
    if (outcomes === undefined) {
      waiting.unshift(group);
      retry = setTimeout(commit, RETRY_MS);
      return;
    }
    busySince = undefined;
    const told = Array.of<ColonyEvent>();
    for (const outcome of outcomes)
      if (!(outcome instanceof NotStored)) for (const event of outcome) told.push(event);
    if (told.length > 0) listeners.tell(told);
    group.settle(outcomes);
    if (waiting.length > 0) timer ??= setImmediate(commit);
  };

  const enqueue = (append: Append): Promise<readonly ColonyEvent[]> => {
    const prepared = prepareAppend(append);
    let group = waiting.at(-1);
    if (group === undefined || group.isFull) waiting.push((group = new AppendGroup()));
    const stored = group.add(prepared);
    if (retry !== undefined) return stored;
    if (group.isFull) commit();
    else timer ??= setImmediate(commit);
    return stored;
  };

  return {
    colonyId,
    /** No async function: every append comes through here, and one promise is all that it needs. */
    append(append) {
      try {
        if (closed) throw logClosed();
        return enqueue(append);
      } catch (error) {
        return rejected(error);
      }
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

/** What an async function would make of a throw. */
async function rejected(error: unknown): Promise<never> {
  throw error;
}

function conflict({ agentId, expectedVersion }: Append, version: number): ColonyError {
  return new ColonyError(
    "log.conflict",
    `the stream of "${agentId}" is at version ${version}, not ${expectedVersion}; read it again and decide anew`,
    { details: { agentId, expectedVersion, version } },
  );
}
