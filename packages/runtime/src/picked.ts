import { SafeObservable, type SubscriberErrorHandler } from "@colony/eventbus";

/** How something is picked out of a stream. */
interface PickOptions<From, To> {
  /** What is made of each; undefined: it is left out. */
  readonly pick: (each: From) => To | undefined;
  readonly onError: SubscriberErrorHandler;
}

/** Some of what a stream tells, as an observable and as an async iterable. */
export function pickedFrom<From, To>(
  source: SafeObservable<From>,
  { pick, onError }: PickOptions<From, To>,
): SafeObservable<To> {
  return new SafeObservable<To>({
    onError,
    subscribe: (subscriber) => {
      const subscription = source.subscribe({
        next: (each) => {
          const picked = pick(each);
          if (picked !== undefined) subscriber.next(picked);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
      return () => subscription.unsubscribe();
    },
    iterate: () => new PickingReader(source[Symbol.asyncIterator](), pick),
  });
}

type Read<To> = IteratorResult<To, undefined>;

const DONE = { done: true, value: undefined } as const;

/** Reads on until there is something to pick. Leaving (`return`) ends a read that waits. */
class PickingReader<From, To> implements AsyncIterator<To, undefined> {
  readonly #from: AsyncIterator<From, undefined>;
  readonly #pick: (each: From) => To | undefined;
  /** The read before the next one. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(from: AsyncIterator<From, undefined>, pick: (each: From) => To | undefined) {
    this.#from = from;
    this.#pick = pick;
  }

  next(): Promise<Read<To>> {
    const pull = (): Promise<Read<To>> => this.#pull();
    const turn = this.#turn.then(pull, pull);
    this.#turn = turn;
    return turn;
  }

  async return(): Promise<Read<To>> {
    await this.#from.return?.();
    return DONE;
  }

  async #pull(): Promise<Read<To>> {
    try {
      for (;;) {
        const read = await this.#from.next();
        if (read.done === true) return DONE;
        const picked = this.#pick(read.value);
        if (picked !== undefined) return { done: false, value: picked };
      }
    } catch (error) {
      await this.return();
      throw error;
    }
  }
}
