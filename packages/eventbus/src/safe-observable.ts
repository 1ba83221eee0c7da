import type { Observer, Subscriber, Subscription, TeardownLogic } from "rxjs";
// The very class that "rxjs" exports. Its face would also load 200 files of operators, which nobody here uses: a fifth
// of a cold start.
import { Observable } from "rxjs/internal/Observable";

/** Told of what a subscriber threw. */
export type SubscriberErrorHandler = (error: unknown) => void;

/** What the source of a safe observable tells one subscriber. */
export interface Told<T> {
  next(value: T): void;
  complete(): void;
  error(error: unknown): void;
}

/** An operator, as rxjs hands it over to be put behind its source. */
interface Between<T, R> {
  call(subscriber: Subscriber<R>, source: Observable<T>): TeardownLogic;
}

/** An observable whose subscribers, and the operators they have put between, harm only themselves. */
class GuardedObservable<T> extends Observable<T> {
  readonly #onError: SubscriberErrorHandler;

  constructor(onError: SubscriberErrorHandler, subscribe: (subscriber: Subscriber<T>) => TeardownLogic) {
    super(subscribe);
    this.#onError = onError;
  }

  /** Operators make their observables with this: they are as safe, but iterated in the ordinary way. */
  override lift<R>(operator?: Between<T, R>): Observable<R> {
    return new GuardedObservable<R>(this.#onError, (subscriber) => operator?.call(subscriber, this));
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    return super.subscribe(guarded(asObserver(observerOrNext, error, complete), this.#onError));
  }
}

/**
 * An observable that is also an async iterable, and whose subscribers harm only themselves: what one of them throws, or
 * one of the operators it has put between, is handed to the owner of the observable, and nobody else notices.
 */
export class SafeObservable<T> extends GuardedObservable<T> implements AsyncIterable<T> {
  readonly #iterate: () => AsyncIterator<T, undefined>;

  constructor(options: {
    readonly subscribe: (subscriber: Told<T>) => () => void;
    readonly iterate: () => AsyncIterator<T, undefined>;
    readonly onError: SubscriberErrorHandler;
  }) {
    super(options.onError, options.subscribe);
    this.#iterate = options.iterate;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return this.#iterate();
  }
}

function asObserver<T>(
  observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
  error?: ((error: unknown) => void) | null,
  complete?: (() => void) | null,
): Partial<Observer<T>> {
  if (typeof observerOrNext === "object" && observerOrNext !== null) return observerOrNext;
  return {
    ...(typeof observerOrNext === "function" ? { next: observerOrNext } : {}),
    ...(typeof error === "function" ? { error } : {}),
    ...(typeof complete === "function" ? { complete } : {}),
  };
}

/** Operators subscribe with rxjs's own subscribers, whose errors travel down their pipe; those are left as they are. */
function guarded<T>(observer: Partial<Observer<T>>, onError: SubscriberErrorHandler): Partial<Observer<T>> {
  if (isSubscriber(observer)) return observer;
  return {
    next(value) {
      try {
        const outcome: unknown = observer.next?.(value);
        if (outcome !== undefined) watch(outcome, onError);
      } catch (error) {
        onError(error);
      }
    },
    error(thrown) {
      if (observer.error === undefined) return onError(thrown);
      try {
        watch(observer.error(thrown), onError);
      } catch (error) {
        onError(error);
      }
    },
    complete() {
      try {
        watch(observer.complete?.(), onError);
      } catch (error) {
        onError(error);
      }
    },
  };
}

/** By what it can do, as rxjs itself tells them, so that a second copy of rxjs is recognised. A Subject is none. */
function isSubscriber(observer: object): boolean {
  return "closed" in observer && "add" in observer && "remove" in observer;
}

/** A subscriber may be an async function, although nobody waits for it. */
function watch(outcome: unknown, onError: SubscriberErrorHandler): void {
  if (typeof outcome !== "object" || outcome === null || !("then" in outcome)) return;
  Promise.resolve(outcome).catch(onError);
}
