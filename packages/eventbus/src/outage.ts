import { ColonyError, messageOf, type ColonyCommand, type ErrorCode, type Logger } from "@colony/core";
import type { SafeObservable } from "./safe-observable.ts";
import { StorageLine } from "./storage-line.ts";

/** What a log refuses where its store fails, as against what is asked wrongly. */
const FAULTS: ReadonlySet<unknown> = new Set<ErrorCode>(["log.write_failed", "log.gone", "log.corrupt"]);

type Failed = Extract<ColonyCommand, { readonly type: "storage.fail" }>;

/** Whether the store takes what it is given, as far as the last try has told. */
export type StorageState =
  | { readonly status: "writable" }
  | {
      readonly status: "failing";
      readonly code: string;
      readonly message: string;
      /** When it refused something for the first time since it last took anything. Epoch milliseconds. */
      readonly since: number;
    };

const WRITABLE: StorageState = { status: "writable" };

/** Whether this is the store's fault, so that the same may be taken later. */
export function isStorageFault(error: unknown): error is ColonyError {
  return error instanceof ColonyError && FAULTS.has(error.code);
}

/** What the store has refused since it last took something: told at once, logged once, and recorded once it can be. */
export class Outage {
  readonly #logger: Logger;
  readonly #line: StorageLine<StorageState>;
  #failed: Failed | undefined;
  #recording = false;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#line = new StorageLine((error) => logger.error({ reason: messageOf(error) }, "subscriber failed"));
  }

  /** How the store stands now. */
  get state(): StorageState {
    if (this.#failed === undefined) return WRITABLE;
    const { code, message, since } = this.#failed;
    return { status: "failing", code, message, since };
  }

  /** Each change from now on: one when an outage begins, one when it is over. */
  get changes$(): SafeObservable<StorageState> {
    return this.#line.stream;
  }

  /** An append was refused at this time; what is not the store's fault is passed over. */
  note(error: unknown, at: number): void {
    if (!isStorageFault(error)) return;
    const isNews = this.#failed === undefined;
    const { since = at, refused = 0 } = this.#failed ?? {};
    const { code, message } = error;
    this.#failed = { type: "storage.fail", code, message, since, refused: refused + 1 };
    if (!isNews) return;
    this.#logger.error({ code, reason: message }, "log not written, what is under way waits for it");
    this.#line.tell(this.state);
  }

  /** The store has taken something: records what it had refused, once. What cannot be recorded yet stays known. */
  over(record: (command: Failed) => Promise<unknown>): void {
    if (this.#failed === undefined || this.#recording) return;
    this.#recording = true;
    record(this.#failed)
      .then(
        () => this.#ended(),
        () => undefined,
      )
      .finally(() => void (this.#recording = false));
  }

  /** Nobody is told any more. */
  close(): void {
    this.#line.close();
  }

  #ended(): void {
    const { since, refused } = this.#failed ?? {};
    this.#failed = undefined;
    this.#logger.info({ since, refused }, "log written again");
    this.#line.tell(this.state);
  }
}
