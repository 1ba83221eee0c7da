import { ColonyError, type ColonyCommand, type ErrorCode } from "@colony/core";

/** What a log refuses where its store fails, as against what is asked wrongly. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(["log.write_failed", "log.gone", "log.corrupt"]);

type Failed = Extract<ColonyCommand, { readonly type: "storage.fail" }>;

/** What the store has refused since it last took something: to be recorded once it can be. */
export class Outage {
  #failed: Failed | undefined;
  #recording = false;

  /** An append was refused at this time; what is not the store's fault is passed over. */
  note(error: unknown, at: number): void {
    if (!(error instanceof ColonyError) || !FAULTS.has(error.code)) return;
    const { since = at, refused = 0 } = this.#failed ?? {};
    const { code, message } = error;
    this.#failed = { type: "storage.fail", code, message, since, refused: refused + 1 };
  }

  /** The store has taken something: records what it had refused, once. What cannot be recorded yet stays known. */
  over(record: (command: Failed) => Promise<unknown>): void {
    if (this.#failed === undefined || this.#recording) return;
    this.#recording = true;
    record(this.#failed)
      .then(
        () => void (this.#failed = undefined),
        () => undefined,
      )
      .finally(() => void (this.#recording = false));
  }
}
