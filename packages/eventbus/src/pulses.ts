import type { AgentId, ExecutionId, Pulse, PulseType } from "@colony/core";
import { SafeObservable, type SubscriberErrorHandler } from "./safe-observable.ts";

/** Which signals a listener wants; none given means all. */
export interface PulseQuery {
  readonly types?: readonly PulseType[];
  readonly agentId?: AgentId;
  readonly executionId?: ExecutionId;
}

/** Told instead of signals that a slow reader had no room for. */
export interface Lagged {
  readonly type: "lagged";
  readonly dropped: number;
}

/** Passing signals, as an observable and as an async iterable. */
export type PulseStream = SafeObservable<Pulse | Lagged>;

/** Most signals that are held for a slow reader. */
export const MAX_PULSES_HELD = 1_000;

type PulseListener = (pulse: Pulse | Lagged) => void;

/** Signals from whoever is at work to whoever listens now. */
export class PulseLine {
  #listeners: readonly (readonly [PulseQuery, PulseListener])[] = [];
  readonly #closers = new Set<() => void>();
  readonly #onError: SubscriberErrorHandler;
  told = 0;

  constructor(onError: SubscriberErrorHandler) {
    this.#onError = onError;
  }

  tell(pulse: Pulse): void {
    this.told += 1;
    for (const [query, listener] of this.#listeners) {
      if (!wants(query, pulse)) continue;
      try {
        listener(pulse);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  stream(query: PulseQuery): PulseStream {
    return new SafeObservable<Pulse | Lagged>({
      subscribe: (next, complete) => this.#add(query, next, complete),
      iterate: () => this.#iterate(query),
      onError: this.#onError,
    });
  }

  close(): void {
    this.#listeners = [];
    for (const closer of this.#closers) closer();
    this.#closers.clear();
  }

  #add(query: PulseQuery, listener: PulseListener, complete: () => void): () => void {
    const entry = [query, listener] as const;
    this.#listeners = [...this.#listeners, entry];
    this.#closers.add(complete);
    return () => {
      this.#closers.delete(complete);
      this.#listeners = this.#listeners.filter((other) => other !== entry);
    };
  }

  /** Listens from the first `next` on. */
  async *#iterate(query: PulseQuery): AsyncGenerator<Pulse | Lagged, void> {
    const held: Pulse[] = [];
    let dropped = 0;
    let closed = false;
    let wake = (): void => undefined;
    const leave = this.#add(
      query,
      (pulse) => {
        if (pulse.type === "lagged") return;
        if (held.length >= MAX_PULSES_HELD) {
          held.shift();
          dropped += 1;
        }
        held.push(pulse);
        wake();
      },
      () => {
        closed = true;
        wake();
      },
    );
    try {
      while (true) {
        if (dropped > 0) {
          const lagged: Lagged = { type: "lagged", dropped };
          dropped = 0;
          yield lagged;
        }
        const pulse = held.shift();
        if (pulse !== undefined) yield pulse;
        else if (closed) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      leave();
    }
  }
}

function wants({ types, agentId, executionId }: PulseQuery, pulse: Pulse): boolean {
  if (types !== undefined && !types.includes(pulse.type)) return false;
  if (agentId !== undefined && pulse.agentId !== agentId) return false;
  return executionId === undefined || pulse.executionId === executionId;
}
