import type { ColonyEvent } from "@colony/core";
import { SafeObservable, type SubscriberErrorHandler, type Told } from "./safe-observable.ts";

/** What a level is made of. */
interface LevelOptions<State> {
  /** Events after which it may be another one. */
  readonly changes$: SafeObservable<ColonyEvent>;
  /** How it stands now. What has not changed is the same object as before, and is not told again. */
  readonly read: () => State;
  readonly onError: SubscriberErrorHandler;
}

/**
 * How something stands, beside the events that say what has changed: told when somebody begins to listen, and after each
 * change, once for all that changes in one turn. Nothing is done while nobody listens. Who iterates slowly is told the newest.
 */
export function levelOf<State>(options: LevelOptions<State>): SafeObservable<State> {
  return new SafeObservable<State>({
    onError: options.onError,
    subscribe: (told) => follow(options, told),
    iterate: () => newestIn(options),
  });
}

function follow<State>({ changes$, read }: LevelOptions<State>, told: Told<State>): () => void {
  let last = read();
  let isAsked = false;
  let isOver = false;
  const look = (): void => {
    isAsked = false;
    if (isOver) return;
    const now = read();
    if (now === last) return;
    last = now;
    told.next(now);
  };
  told.next(last);
  const subscription = changes$.subscribe({
    next: () => {
      if (isAsked) return;
      isAsked = true;
      queueMicrotask(look);
    },
    complete: () => {
      if (isAsked) look();
      isOver = true;
      told.complete();
    },
  });
  return () => {
    isOver = true;
    subscription.unsubscribe();
  };
}

async function* newestIn<State>(options: LevelOptions<State>): AsyncGenerator<State, undefined> {
  let newest: { readonly state: State } | undefined;
  const source = { isOver: false };
  let wake = (): void => undefined;
  const stop = follow(options, {
    next: (state) => {
      newest = { state };
      wake();
    },
    complete: () => {
      source.isOver = true;
      wake();
    },
    error: options.onError,
  });
  try {
    for (;;) {
      const seen = newest;
      if (seen !== undefined) {
        newest = undefined;
        yield seen.state;
      } else if (source.isOver) return undefined;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stop();
  }
}
