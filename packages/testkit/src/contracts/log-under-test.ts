import type { Append, ColonyEvent, EventLog } from "@colony/core";

/** A log that a contract suite may use as it likes, and what else can be done with it. */
export interface OpenedLog {
  readonly log: EventLog;
  /** Opens the same log again after it has been closed. Absent where a log ends with its process. */
  readonly reopen?: () => Promise<EventLog>;
  /** Removes what the log has left behind. The log has been closed before. */
  dispose(): Promise<void>;
}

/** How hard a contract suite is on the log. */
export interface EventLogContractOptions {
  /** Close the log and open it again after each write, so that every later read is served from what was stored. */
  readonly reopenAfterEveryWrite?: boolean;
}

/** The log that one test works on. */
export interface LogUnderTest extends AsyncDisposable {
  /** The log as it is open now. */
  readonly log: EventLog;
  readonly canReopen: boolean;
  /** Appends, and reopens where the suite does so after each write. */
  write(append: Append): Promise<readonly ColonyEvent[]>;
  reopen(): Promise<void>;
}

/** Opens a log for one test. */
export async function logUnderTest(
  open: () => Promise<OpenedLog>,
  options: EventLogContractOptions,
): Promise<LogUnderTest> {
  const opened = await open();
  let log = opened.log;
  const reopen = async (): Promise<void> => {
    if (opened.reopen === undefined)
      throw new Error("this log cannot be reopened; give the contract a `reopen`");
    await log.close();
    log = await opened.reopen();
  };
  return {
    get log() {
      return log;
    },
    canReopen: opened.reopen !== undefined,
    async write(append) {
      const events = await log.append(append);
      if (options.reopenAfterEveryWrite === true) await reopen();
      return events;
    },
    reopen,
    async [Symbol.asyncDispose]() {
      await log.close();
      await opened.dispose();
    },
  };
}
