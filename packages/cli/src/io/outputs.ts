/**
 * How standard output was lost. `reader`: whoever read it has left (`colony log | head`); `terminal`: it has been closed;
 * `failed`: what it goes to cannot be written, a full disk for instance.
 */
export type Loss = "reader" | "terminal" | "failed";

/** What goes to standard output, as long as somebody takes it. */
export interface Output {
  /** Aborts when standard output is lost. Nothing that is written to it after that arrives. */
  readonly lost: AbortSignal;
  /** How it was lost; undefined while it is not. */
  readonly loss: { readonly how: Loss; readonly error: Error } | undefined;
}

/** A stream that may be gone. */
interface Stream {
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** The streams of a process. */
export interface Streams {
  readonly stdin: Stream;
  readonly stdout: Stream & { readonly isTTY?: boolean };
  readonly stderr: Stream;
}

/**
 * Watches the streams of a process, any of which may be gone while it works: a pipe's reader leaves, a window is closed.
 * No such thing ends the process by itself, as work may be under way in it whose outcome would then be in doubt. Standard
 * error is talk: where nobody hears it any more, all goes on. Where standard output is lost, nobody gets what was asked
 * for: it is said here, and who does the asking decides (`log` prints nothing more; `run` and `chat` let what is under way
 * finish, and close; `host` is there for the work, and goes on). A terminal that is gone also refuses to have its mode set,
 * as an error of standard input.
 */
export function watchOutputs({ stdin, stdout, stderr }: Streams): Output {
  const gone = new AbortController();
  let loss: Output["loss"];
  stdout.on("error", (error: Error) => {
    loss ??= {
      how: isUnread(error) ? "reader" : stdout.isTTY === true && isHungUp(error) ? "terminal" : "failed",
      error,
    };
    gone.abort();
  });
  const nothing = (): void => undefined;
  stderr.on("error", nothing);
  stdin.on("error", nothing);
  return {
    lost: gone.signal,
    get loss() {
      return loss;
    },
  };
}

/** Whether a terminal has been closed, as an error of one of its streams says it. */
export function isHungUp(error: unknown): boolean {
  return codeOf(error) === "EIO";
}

function isUnread(error: Error): boolean {
  return ["EPIPE", "ERR_STREAM_DESTROYED"].includes(codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
