import { type ColonyEvent, type EventLog, type Logger, type LogRead, messageOf } from "@colony/core";
import { createEventPruning } from "./event-pruning.ts";
import { createEventReader } from "./event-reader.ts";
import { createNames } from "./names.ts";
import { readablePage, type DamageListener } from "./readable-page.ts";
import { createListeners } from "./listeners.ts";
import { logClosed } from "./log-closed.ts";
import { onlyRead } from "./only-read.ts";
import type { LogGround } from "./owner-log.ts";

const POLL_MS = 200;
const PAGE = 1_000;

/**
 * Makes the log of a process that only looks on. It takes no lock and never writes. While somebody listens it looks
 * for new events five times a second. Where it is asked to tell of damage, what cannot be read is passed over.
 */
export function createReaderLog(
  { db, colonyId, blobs }: Omit<LogGround, "write">,
  log: Logger,
  onDamage?: DamageListener,
): EventLog {
  const names = createNames(db);
  const reader = createEventReader(db, { colonyId, blobs, names });
  const dataVersion = db.prepare("PRAGMA data_version");
  const listeners = createListeners();
  let timer: NodeJS.Timeout | undefined;
  let seenVersion: unknown;
  let told = 0;
  let closed = false;

  const page = (read: LogRead): readonly ColonyEvent[] =>
    onDamage === undefined ? reader.page(read) : readablePage(reader, read, onDamage);

  const tellNews = (): void => {
    for (;;) {
      const events = page({ after: told, limit: PAGE });
      told = events.at(-1)?.seq ?? told;
      if (events.length > 0) listeners.tell(events);
      if (events.length < PAGE || timer === undefined) return;
    }
  };

  const poll = (): void => {
    try {
      const version = dataVersion.get()?.["data_version"];
      if (version === seenVersion) return;
      tellNews();
      seenVersion = version;
    } catch (error) {
      log.warn({ error: messageOf(error) }, "the log cannot be followed at the moment");
    }
  };

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    colonyId,
    async append() {
      if (closed) throw logClosed();
      throw onlyRead();
    },
    async read(read) {
      if (closed) throw logClosed();
      return page(read);
    },
    onAppended(listener: (events: readonly ColonyEvent[]) => void) {
      const remove = listeners.add(listener);
      if (timer === undefined && !closed) {
        seenVersion = dataVersion.get()?.["data_version"];
        told = reader.head();
        timer = setInterval(poll, POLL_MS).unref();
      }
      return () => {
        remove();
        if (listeners.size === 0) stop();
      };
    },
    head: () => (closed ? told : reader.head()),
    pruning: createEventPruning({ db, reader, names, blobs, isClosed: () => closed }),
    async close() {
      if (closed) return;
      told = reader.head();
      closed = true;
      stop();
      listeners.clear();
    },
  };
}
