import type { ColonyEvent } from "@colony/core";
import { NewestReader, type Follower } from "./newest-reader.ts";
import { SafeObservable, type SubscriberErrorHandler } from "./safe-observable.ts";

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
    iterate: () => new NewestReader((follower) => follow(options, follower)),
  });
}

function follow<State>({ changes$, read }: LevelOptions<State>, told: Follower<State>): () => void {
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
