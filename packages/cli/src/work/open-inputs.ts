import { isEnded } from "@colony/core";
import type { Colony, InputOutcome, Receipt } from "@colony/runtime";

/** What comes next for who waits: an answer; or that people have to decide something first; or that there is nothing to come. */
export type Coming =
  | { readonly kind: "answer"; readonly outcome: InputOutcome }
  | { readonly kind: "waiting" }
  | { readonly kind: "nothing" };

interface Open {
  readonly receipt: Receipt;
  readonly outcome: Promise<InputOutcome>;
}

const NOTHING: Coming = { kind: "nothing" };
const WAITING: Coming = { kind: "waiting" };
const NEVER = (): boolean => false;

/** What was said to the overseer and has not been answered, and who has to do something before it can be. */
export class OpenInputs {
  readonly #colony: Colony;
  readonly #signal: AbortSignal;
  #open: readonly Open[] = [];
  #saying: Promise<Receipt> | undefined;
  /** The overseer's execution when its next answer was begun to be waited for, which nothing said here has asked for. */
  #earlier: { readonly told: string | undefined } | undefined;

  /** Nothing is waited for any longer once the signal is aborted. */
  constructor(colony: Colony, signal: AbortSignal) {
    this.#colony = colony;
    this.#signal = signal;
  }

  /** Says something; its answer is waited for behind what was said before. */
  async say(text: string): Promise<void> {
    this.#saying = this.#colony.inject(text);
    const receipt = await this.#saying;
    const outcome = receipt.outcome({ signal: this.#signal });
    // Why it failed is told to whoever waits for it.
    outcome.catch(() => undefined);
    this.#open = [...this.#open, { receipt, outcome }];
  }

  /** Has the overseer's next answer told as well, where nothing is open: it goes on with what was asked before. */
  expectEarlier({ newest }: { readonly newest: "is told" | "was told" }): void {
    if (this.#open.length > 0) return;
    this.#earlier = { told: newest === "was told" ? this.#endedExecution : undefined };
  }

  /**
   * Waits for the next answer, that to what was said first where there are several. It may be said at once that people are
   * needed (`isNeeded`), else when nothing else goes on.
   */
  async next(isNeeded: () => boolean = NEVER): Promise<Coming> {
    if (this.#open.length === 0) return await this.#nextEarlier(isNeeded);
    while (!this.#signal.aborted) {
      const answered = await this.#answered((signal) => this.#rest(isNeeded, signal));
      if (answered !== undefined) return { kind: "answer", outcome: answered };
      if (isNeeded() || this.#colony.pending().length > 0) return WAITING;
      const late = await this.#answered((signal) => this.#somethingHappens(signal));
      if (late !== undefined) return { kind: "answer", outcome: late };
    }
    return NOTHING;
  }

  /** What was said and still waits for its turn is not done later either. */
  async takeBack(reason: string): Promise<void> {
    await (await this.#saying)?.withdraw({ reason });
  }

  /** The outcome of something that is open, which is not open any more then, unless something else comes first. */
  async #answered(other: (signal: AbortSignal) => Promise<void>): Promise<InputOutcome | undefined> {
    const stop = new AbortController();
    try {
      const outcomes = this.#open.map(async (each) => ({ each, outcome: await each.outcome }));
      const first = Promise.race(outcomes);
      const came = await Promise.race([first, other(stop.signal).then(() => undefined)]);
      // Both may follow from one event: whoever is told second is told in the same turn.
      const answered = came ?? (await Promise.race([first, nextTurn()]));
      if (answered === undefined) return undefined;
      this.#open = this.#open.filter((each) => each !== answered.each);
      return answered.outcome;
    } finally {
      stop.abort();
    }
  }

  async #nextEarlier(isNeeded: () => boolean): Promise<Coming> {
    const earlier = this.#earlier;
    if (earlier === undefined) return NOTHING;
    await this.#rest(isNeeded, this.#signal);
    if (this.#signal.aborted) return NOTHING;
    const { record, execution } = await this.#colony.overseer.state();
    const summary = record.execution;
    if (summary !== null && execution !== null && isEnded(summary.status) && summary.id !== earlier.told) {
      this.#earlier = undefined;
      const { id, status, cause } = summary;
      const { output: text, error } = execution;
      return { kind: "answer", outcome: { status, cause, text, error, executionId: id } };
    }
    if (isNeeded() || this.#colony.pending().length > 0) return WAITING;
    this.#earlier = undefined;
    return NOTHING;
  }

  get #endedExecution(): string | undefined {
    const { execution } = this.#colony.overseer.record;
    return execution !== null && isEnded(execution.status) ? execution.id : undefined;
  }

  /** Resolves when nothing goes on, or people are needed. */
  async #rest(isNeeded: () => boolean, signal: AbortSignal): Promise<void> {
    if (isNeeded()) return;
    const asked = Promise.withResolvers<void>();
    const requests$ = this.#colony.select({ types: ["QUESTION_ASKED", "APPROVAL_REQUESTED"] });
    const subscription = requests$.subscribe(() => {
      if (isNeeded()) asked.resolve();
    });
    try {
      await Promise.race([
        asked.promise,
        this.#colony.idle({ signal: AbortSignal.any([signal, this.#signal]) }),
      ]);
    } finally {
      subscription.unsubscribe();
    }
  }

  async #somethingHappens(signal: AbortSignal): Promise<void> {
    const happened = Promise.withResolvers<void>();
    const done = (): void => happened.resolve();
    const subscription = this.#colony.events$.subscribe({ next: done, complete: done });
    AbortSignal.any([signal, this.#signal]).addEventListener("abort", done, { once: true });
    await happened.promise;
    subscription.unsubscribe();
  }
}

async function nextTurn(): Promise<undefined> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
  return undefined;
}
