import { createInterface } from "node:readline";
import { typedIn } from "../io/typed.ts";

/** Lines as they are typed at a terminal, one at a time, each behind a prompt. */
export class TypedLines implements Disposable {
  readonly #output: { write(text: string): unknown };
  readonly #lines: ReturnType<typeof createInterface>;
  readonly #typed: AsyncIterator<string>;
  /** The one that is waited for. */
  #next: Promise<IteratorResult<string>> | undefined;
  /** It may have been begun behind a prompt that is gone. */
  #isStale = false;

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
    this.#typed = typedIn(this.#lines);
  }

  /**
   * The next line; undefined where none comes any more, or the signal did. One that may have been begun behind an earlier
   * prompt answers nothing: it is asked for again.
   */
  async line(prompt: string, signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      this.#output.write(prompt);
      this.#next ??= this.#typed.next();
      const came = await unlessAborted(this.#next, signal);
      if (came === undefined) {
        this.#output.write("\n");
        this.#isStale = true;
      }
      if (came === undefined || came.done === true) return undefined;
      this.#next = undefined;
      if (!this.#isStale) return came.value;
      this.#isStale = false;
      this.#output.write(
        "not taken: something else was asked when you began to type; please type it again\n",
      );
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#lines.close();
  }
}

async function unlessAborted<Value>(
  waiting: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const abort = (): void => aborted.resolve(undefined);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([waiting, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
