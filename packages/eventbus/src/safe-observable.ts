import { Observable, type Observer, type Operator, type Subscription } from "rxjs";

/** Told of what a subscriber threw. */
export type SubscriberErrorHandler = (error: unknown) => void;

/** What the source of a safe observable tells one subscriber. */
export interface Told<T> {
  next(value: T): void;
  complete(): void;
  error(error: unknown): void;
}

/**
 * An observable that is also an async iterable, and whose subscribers harm only themselves: what one of them throws, or
 * one of the operators it has put between, is handed to the owner of the observable, and nobody else notices.
 */
export class SafeObservable<T> extends Observable<T> implements AsyncIterable<T> {
  readonly #onError: SubscriberErrorHandler;
  readonly #iterate: () => AsyncIterator<T>;

  constructor(options: {
    readonly subscribe: (subscriber: Told<T>) => () => void;
    readonly iterate: () => AsyncIterator<T>;
    readonly onError: SubscriberErrorHandler;
  }) {
    super((subscriber) => options.subscribe(subscriber));
    this.#onError = options.onError;
    this.#iterate = options.iterate;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.#iterate();
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new LiftedObservable<R>(this.#onError);
    lifted.source = this;
    lifted.operator = operator as never;
    return lifted;
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    return super.subscribe(guarded(asObserver(observerOrNext, error, complete), this.#onError));
  }
}

/** What operators make of a safe observable: as safe, but iterated in the ordinary way. */
class LiftedObservable<T> extends Observable<T> {
  readonly #onError: SubscriberErrorHandler;

  constructor(onError: SubscriberErrorHandler) {
    super();
    this.#onError = onError;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new LiftedObservable<R>(this.#onError);
    lifted.source = this;
    lifted.operator = operator as never;
    return lifted;
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    return super.subscribe(guarded(asObserver(observerOrNext, error, complete), this.#onError));
  }
}

function asObserver<T>(
  observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
  error?: ((error: unknown) => void) | null,
  complete?: (() => void) | null,
): Partial<Observer<T>> {
  if (typeof observerOrNext !== "function" && observerOrNext != null) return observerOrNext;
  return {
    ...(observerOrNext == null ? {} : { next: observerOrNext }),
    ...(error == null ? {} : { error }),
    ...(complete == null ? {} : { complete }),
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
