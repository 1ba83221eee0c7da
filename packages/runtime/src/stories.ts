import { ColonyError, messageOf, type ColonyEvent, type EventType } from "@colony/core";
import type { EventBus } from "@colony/eventbus";
import { TOLD_BY, type StoryOf } from "./input-story.ts";
import { FollowedInput, type Reading } from "./outcome.ts";
import { StoryShelves } from "./story-shelves.ts";

const TYPES: readonly EventType[] = TOLD_BY;

/**
 * Follows inputs until nothing that they set going is left. That moment is a place in the log, so it is the same whether
 * one asks before, during or long after. All of them are told by one listener; those that were received earlier catch up
 * together, in one pass over the log.
 */
export class Stories {
  readonly #bus: EventBus;
  readonly #shelves = new StoryShelves<FollowedInput>();
  #stopListening: (() => void) | undefined;
  /** Of those that wait for the pass after the one under way. */
  #next: Reading | undefined;
  #isReading = false;

  constructor(bus: EventBus) {
    this.#bus = bus;
  }

  /** Follows an input that is about to be received. */
  follow(of: StoryOf): FollowedInput {
    const followed = new FollowedInput(of, this.#shelves);
    this.#listen();
    return followed;
  }

  /** Follows an input that was received after a seq. */
  followFrom(of: StoryOf, after: number): FollowedInput {
    const followed = this.follow(of);
    if (!followed.isFollowed) return followed;
    this.#next ??= { after, followers: new Set() };
    this.#next.after = Math.min(this.#next.after, after);
    this.#next.followers.add(followed);
    followed.reading = this.#next;
    if (!this.#isReading) void this.#readAll();
    return followed;
  }

  /** An input that is not going to be received after all. */
  drop(followed: FollowedInput): void {
    followed.giveUp(new ColonyError("input.not_found", `input "${followed.of.inputId}" was not received`));
    this.#rest();
  }

  #listen(): void {
    if (this.#stopListening !== undefined) return;
    const subscription = this.#bus.events$({ types: TYPES }).subscribe({
      next: (event) => this.#tell(event, undefined),
      complete: () => {
        this.#stopListening = undefined;
        for (const followed of this.#shelves.all) followed.giveUp(closed(followed.of));
      },
    });
    if (!subscription.closed) this.#stopListening = () => subscription.unsubscribe();
  }

  #tell(event: ColonyEvent, reading: Reading | undefined): void {
    for (const followed of this.#shelves.concerned(event))
      if (followed.reading === reading) followed.take(event);
    this.#rest();
  }

  /** Nobody is listened for. */
  #rest(): void {
    if (this.#shelves.all.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    // Whoever asks in this turn comes along.
    await Promise.resolve();
    for (let reading = this.#next; reading !== undefined; reading = this.#next) {
      this.#next = undefined;
      try {
        await this.#read(reading);
      } catch (error) {
        const why = error instanceof Error ? error : new Error(messageOf(error));
        for (const followed of reading.followers) followed.giveUp(why);
        this.#rest();
      }
    }
    this.#isReading = false;
  }

  /** Up to the present, where they go on with what happens. */
  async #read(reading: Reading): Promise<void> {
    for (let { after } = reading; reading.followers.size > 0 && after < this.#head;) {
      const until = this.#head;
      for await (const event of this.#bus.feed({ after, until, query: { types: TYPES } })) {
        this.#tell(event, reading);
        if (reading.followers.size === 0) return;
      }
      after = until;
    }
    for (const followed of reading.followers) followed.reading = undefined;
  }

  get #head(): number {
    return this.#bus.stats().head;
  }
}

function closed({ inputId }: StoryOf): ColonyError {
  return new ColonyError("colony.closed", `the colony was closed before input "${inputId}" came to its end`);
}
