import type { PendingRequest } from "@colony/core";

/** Something that waits for a person, and the number by which they name it. */
export interface NumberedRequest {
  readonly number: number;
  readonly request: PendingRequest;
}

/** By their places in the inbox, from 1: what is decided moves those behind it up. */
export function byPlace(pending: readonly PendingRequest[]): readonly NumberedRequest[] {
  return pending.map((request, index) => ({ number: index + 1, request }));
}

/** Numbers for as long as a chat lasts: each request keeps its own, so that nobody approves another one than they saw. */
export class KeptNumbers {
  readonly #numbers = new Map<string, number>();

  of(pending: readonly PendingRequest[]): readonly NumberedRequest[] {
    return pending.map((request) => {
      const number = this.#numbers.get(request.id) ?? this.#numbers.size + 1;
      this.#numbers.set(request.id, number);
      return { number, request };
    });
  }
}
