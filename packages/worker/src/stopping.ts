/** Why a signal of ours is aborted. Made once: an error with its stack costs as much as a small model call. */
const CALLED_OFF = new DOMException("it was called off", "AbortError");

/** Told once, when work is told to stop. */
export interface StopListener {
  onAbort(): void;
}

/** How one piece of work is told to stop. It makes a signal only for who asks for one, and tells one listener besides. */
export class Stopping {
  #controller: AbortController | undefined;
  #reason: unknown;
  listener: StopListener | undefined;

  get aborted(): boolean {
    return this.#reason !== undefined;
  }

  /** For those outside, such as a model's provider or a tool. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: Error = CALLED_OFF): void {
    if (this.aborted) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.listener?.onAbort();
  }
}
