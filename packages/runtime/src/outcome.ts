import { ColonyError, type ColonyEvent, type AgentId, type InputId } from "@colony/core";
import type { InputOutcome } from "./colony.ts";
import { InputStory, type StoryFiling, type StoryOf, type StoryPlace } from "./input-story.ts";
import type { StoryShelves } from "./story-shelves.ts";

interface Waiting {
  readonly resolve: (outcome: InputOutcome) => void;
  readonly reject: (why: Error) => void;
}

/** A pass over the log by which some catch up with it. */
export interface Reading {
  /** The seq after which it begins. */
  after: number;
  readonly followers: Set<FollowedInput>;
}

/** An input that is followed to its end, for whoever waits for that, and how it ended once it has. */
export class FollowedInput implements StoryFiling {
  readonly of: StoryOf;
  /** What it is told from; undefined where that is what happens now. */
  reading: Reading | undefined;
  readonly #shelves: StoryShelves<FollowedInput>;
  readonly #waiting = new Set<Waiting>();
  #story: InputStory | undefined;
  #outcome: InputOutcome | undefined;
  #givenUp: Error | undefined;

  constructor(of: StoryOf, shelves: StoryShelves<FollowedInput>) {
    this.of = of;
    this.#shelves = shelves;
    shelves.all.add(this);
    this.#story = new InputStory(of, this);
  }

  /** It has neither come to its end nor been given up. */
  get isFollowed(): boolean {
    return this.#story !== undefined;
  }

  get hasEnded(): boolean {
    return this.#outcome !== undefined;
  }

  enter(place: StoryPlace, id: AgentId | InputId): void {
    this.#shelves.enter(place, id, this);
  }

  leave(place: StoryPlace, id: AgentId | InputId): void {
    this.#shelves.leave(place, id, this);
  }

  /** Takes in the next event that it is filed for. */
  take(event: ColonyEvent): void {
    this.#story?.take(event);
    const outcome = this.#story?.outcome();
    if (outcome === undefined) return;
    this.#outcome = outcome;
    for (const { resolve } of this.#end()) resolve(outcome);
  }

  /** It cannot be followed any further. */
  giveUp(why: Error): void {
    this.#givenUp = why;
    for (const { reject } of this.#end()) reject(why);
  }

  /** Its end, once it has come. Rejects with `wait.aborted` when the signal is aborted, and with why it was given up. */
  async wait(signal?: AbortSignal): Promise<InputOutcome> {
    const { inputId } = this.of;
    const aborted = (): ColonyError =>
      new ColonyError("wait.aborted", `waiting for the outcome of input "${inputId}" was called off`);
    if (signal?.aborted === true) throw aborted();
    if (this.#outcome !== undefined) return this.#outcome;
    if (this.#givenUp !== undefined) throw this.#givenUp;
    const { promise, resolve, reject } = Promise.withResolvers<InputOutcome>();
    const waiting = { resolve, reject };
    const onAbort = (): void => reject(aborted());
    this.#waiting.add(waiting);
    signal?.addEventListener("abort", onAbort);
    try {
      return await promise;
    } finally {
      this.#waiting.delete(waiting);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #end(): readonly Waiting[] {
    this.#story?.forget();
    this.#story = undefined;
    this.#shelves.all.delete(this);
    this.reading?.followers.delete(this);
    this.reading = undefined;
    return [...this.#waiting];
  }
}
