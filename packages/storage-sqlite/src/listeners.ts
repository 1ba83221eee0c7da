import type { ColonyEvent } from "@colony/core";

type Listener = (events: readonly ColonyEvent[]) => void;

/** Those who are told of new events. */
export interface Listeners {
  add(listener: Listener): () => void;
  tell(events: readonly ColonyEvent[]): void;
  readonly size: number;
  clear(): void;
}

/** Makes an empty set. A listener that throws has a bug: it becomes an uncaught error, and nobody else suffers. */
export function createListeners(): Listeners {
  const listeners = new Set<Listener>();
  return {
    get size() {
      return listeners.size;
    },
    add(listener) {
      const own: Listener = (events) => listener(events);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell(events) {
      for (const listener of Array.from(listeners))
        try {
          listener(events);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
    },
    clear: () => listeners.clear(),
  };
}
