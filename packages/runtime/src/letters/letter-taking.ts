import { ColonyError, messageOf, type Clock, type Logger } from "@colony/core";
import { isStorageFault, type EventBus, type Ledger } from "@colony/eventbus";
import {
  PERSON,
  cancelAll,
  stopAll,
  stopTree,
  type Roster,
  type Supervisor,
  type Triggers,
} from "@colony/overseer";
import type { Letter, Letterbox } from "@colony/storage-sqlite";
import { setBudget, type BudgetDeps } from "../budget.ts";
import { answer, resolve } from "../requests/requests.ts";
import { unlessDone } from "../requests/unless-done.ts";
import { readLetter, receiveCommand, type LetterBody } from "./letter-body.ts";
import { doLife } from "./life-letter.ts";
import { doTrigger } from "./trigger-letter.ts";

interface TakingOptions {
  readonly letters: Letterbox;
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly budgeting: BudgetDeps;
  readonly roster: Roster;
  readonly triggers: Triggers;
  /** Told when another process has taken the folder over. */
  readonly onTakenOver: () => void;
}

/** Errors that say nothing about the letter: it waits, for us or for the next host. */
const NOT_NOW: ReadonlySet<string> = new Set([
  "log.write_failed",
  "log.conflict",
  "log.closed",
  "log.gone",
  "colony.closed",
]);

/** How long a letter waits after it could not be taken. Milliseconds. */
const RETRY_MS = 1_000;

/**
 * Does what other processes have asked for, in the order in which they have: each letter becomes events and then leaves
 * the box. A host that is killed in between leaves it to the next one, for whom it is nothing new.
 */
export class LetterTaking {
  readonly #options: TakingOptions;
  #leave: (() => void) | undefined;
  #cancelRetry: (() => void) | undefined;
  #taking: Promise<void> | undefined;
  #news = false;
  readonly #stopping = new AbortController();

  constructor(options: TakingOptions) {
    this.#options = options;
  }

  /** Takes what was left while nobody had the colony open, and from now on whatever comes. */
  async start(): Promise<void> {
    const { letters, onTakenOver } = this.#options;
    this.#leave = letters.onPosted(() => (letters.isOurs() ? void this.#takeAll() : onTakenOver()));
    await this.#takeAll();
  }

  /** What has not been taken waits for the next host. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#leave?.();
    this.#cancelRetry?.();
    await this.#taking;
  }

  #takeAll(): Promise<void> {
    this.#news = true;
    this.#taking ??= this.#run().finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  async #run(): Promise<void> {
    try {
      while (this.#news) {
        this.#news = false;
        for (const letter of this.#options.letters.waiting())
          if (!this.#stopping.signal.aborted) {
            await this.#take(letter);
            this.#news = true;
          }
        this.#news &&= !this.#stopping.signal.aborted;
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#tryLater(error);
    }
  }

  async #take({ id, body }: Letter): Promise<void> {
    const { ledger, letters, logger } = this.#options;
    try {
      await this.#do(readLetter(body), id);
    } catch (error) {
      if (error instanceof ColonyError && NOT_NOW.has(error.code)) throw error;
      logger.warn({ letterId: id, reason: messageOf(error) }, "letter refused");
      const code = error instanceof ColonyError ? error.code : "usage.invalid";
      await ledger.executeColony({ type: "letter.refuse", letterId: id, code, message: messageOf(error) });
    }
    await letters.remove(id);
  }

  async #do(letter: LetterBody, letterId: string): Promise<void> {
    const { ledger, supervisor, budgeting } = this.#options;
    switch (letter.kind) {
      case "input":
        // What is said after a stop is stored after it.
        await supervisor.stops.settle();
        await ledger.require(letter.agentId, [receiveCommand(letter)]);
        return;
      case "cancel":
        // One that has ended by itself meanwhile has its end in the log already.
        if (ledger.index.get(letter.agentId)?.execution?.id === letter.executionId)
          await cancelAll(this.#options, [letter.agentId], why(letter.reason));
        return;
      case "stop":
        if (letter.agentId === null) await stopAll(this.#options, letter.reason, letterId);
        else await stopTree(this.#options, letter.agentId, why(letter.reason));
        return;
      case "life":
        await doLife(this.#options, letter.agentId, letter);
        return;
      case "answer":
        await unlessDone(this.#options, { ...letter, letterId }, () =>
          answer(this.#options, letter, { ...letter, letterId }),
        );
        return;
      case "resolve":
        await unlessDone(this.#options, { ...letter, letterId }, () =>
          resolve(this.#options, letter, { ...letter, letterId }),
        );
        return;
      case "trigger_set":
      case "trigger_remove":
      case "trigger_fire":
        await doTrigger(this.#options.triggers, letter, letterId);
        return;
      case "budget":
        await setBudget(budgeting, { ...ledger.colony.budget, ...letter.budget }, letterId);
    }
  }

  #tryLater(error: unknown): void {
    const { clock, logger } = this.#options;
    // What the store refuses the ledger has said already.
    if (!isStorageFault(error)) logger.warn({ reason: messageOf(error) }, "letters not taken, trying again");
    this.#cancelRetry = clock.after(RETRY_MS, () => void this.#takeAll());
  }
}

function why(reason: string | null): { cause: "user"; by: string; reason: string | null } {
  return { cause: "user", by: PERSON, reason };
}
