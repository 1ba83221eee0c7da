import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { send } from "./connections.ts";
import { fetchFailed } from "./faults.ts";
import type { PlainRequest } from "./plain-request.ts";

/** Told what breaks off an answer that has begun. */
interface Answering {
  /** By its connection, or by what it says. */
  onFault(error: unknown): void;
  onAbort(reason: unknown): void;
}

/** A request and its answer, from its first byte until `end`. Whoever has its signal can abort it all the while. */
export class Exchange {
  /** The head of the answer. Rejects as `fetch` does: with the signal's reason, or with a TypeError. */
  readonly answered: Promise<IncomingMessage>;
  /** Where its head is there, who reads the rest. */
  answering: Answering | undefined;
  readonly #reject: (reason: unknown) => void;
  readonly #sent: ClientRequest;
  readonly #signal: AbortSignal | undefined;

  constructor(request: PlainRequest, connectMs: number) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    this.answered = promise;
    this.#reject = reject;
    this.#signal = request.signal;
    this.#sent = send(request, connectMs);
    this.#sent.on("response", resolve).on("error", this.#onError);
    this.#sent.on("upgrade", this.#onUpgrade).on("close", this.#onClose);
    this.#signal?.addEventListener("abort", this.#onAbort);
  }

  /** Nobody waits for anything of it any more. */
  end(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  /** The same, and what is still to come is not waited for: its connection is closed. */
  discard(): void {
    this.end();
    this.#sent.destroy();
  }

  readonly #onError = (error: unknown): void => {
    if (this.answering !== undefined) return this.answering.onFault(error);
    this.end();
    this.#reject(fetchFailed(error));
  };

  /** Its server wants to speak another protocol, which nobody has asked it for. */
  readonly #onUpgrade = ({ statusCode }: IncomingMessage, socket: Duplex): void => {
    socket.destroy();
    this.#onError(new Error(`the server answered ${statusCode ?? 101}, to speak another protocol than HTTP`));
  };

  /** Whoever has an answer reads its end from it. */
  readonly #onClose = (): void => {
    if (this.answering === undefined) this.#onError(new Error("the server closed the connection"));
  };

  readonly #onAbort = (): void => {
    const reason: unknown = this.#signal?.reason;
    this.#reject(reason);
    this.answering?.onAbort(reason);
    this.discard();
  };
}
