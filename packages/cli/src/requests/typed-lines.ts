import { createInterface } from "node:readline";

/** Lines as they are typed at a terminal, one at a time, each behind a prompt. */
export class TypedLines implements Disposable {
  readonly #output: { write(text: string): unknown };
  readonly #lines: ReturnType<typeof createInterface>;
  readonly #typed: AsyncIterator<string>;
  /** The one that is waited for: typed behind a prompt that is gone by then, it is the answer to the next. */
  #next: Promise<IteratorResult<string>> | undefined;

  constructor({
    input,
    output,
  }: {
    readonly input: NodeJS.ReadableStream;
    readonly output: { write(text: string): unknown };
  }) {
    this.#output = output;
    // The terminal itself edits the line, and makes a signal of Ctrl-C.
    this.#lines = createInterface({ input, terminal: false });
    this.#typed = this.#lines[Symbol.asyncIterator]();
  }

  /** The next line; undefined where none comes any more, or the signal did. */
  async line(prompt: string, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) return undefined;
    this.#output.write(prompt);
    this.#next ??= this.#typed.next();
    const aborted = Promise.withResolvers<undefined>();
    const abort = (): void => {
      this.#output.write("\n");
      aborted.resolve(undefined);
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      const came = await Promise.race([this.#next, aborted.promise]);
      if (came === undefined) return undefined;
      this.#next = came.done === true ? this.#next : undefined;
      return came.done === true ? undefined : came.value;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }
}
