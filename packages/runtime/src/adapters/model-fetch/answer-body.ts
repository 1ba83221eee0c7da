import type { Readable } from "node:stream";
import type { Exchange } from "./exchange.ts";
import { terminated, tooLong } from "./faults.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Most bytes that wait to be read: then the server waits. */
const ROOM_BYTES = 65_536;

const ROOM: QueuingStrategy<Bytes> = {
  highWaterMark: ROOM_BYTES,
  size: ({ byteLength }) => byteLength,
};

/**
 * The body of an answer as a stream. What has arrived together, in one piece of the network, is handed on in one: each piece costs
 * its readers as much as a large one.
 */
export class AnswerBody {
  readonly stream: ReadableStream<Bytes>;
  readonly #exchange: Exchange;
  readonly #bytes: Readable;
  readonly #mostBytes: number;
  #controller: ReadableStreamDefaultController<Bytes> | undefined;
  /** What has arrived and not been handed on. */
  #pieces: Bytes[] = [];
  #readBytes = 0;
  #isOver = false;

  constructor(exchange: Exchange, bytes: Readable, mostBytes: number) {
    this.#exchange = exchange;
    this.#bytes = bytes;
    this.#mostBytes = mostBytes;
    exchange.answering = this;
    this.stream = new ReadableStream(this, ROOM);
    bytes.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError);
  }

  start(controller: ReadableStreamDefaultController<Bytes>): void {
    this.#controller = controller;
  }

  pull(): void {
    this.#bytes.resume();
  }

  cancel(): void {
    this.#over();
    this.#bytes.destroy();
  }

  onFault(error: unknown): void {
    this.#breakOff(terminated(error));
  }

  onAbort(reason: unknown): void {
    this.#breakOff(reason);
  }

  readonly #onError = (error: unknown): void => this.onFault(error);

  readonly #onData = (piece: Buffer<ArrayBuffer>): void => {
    if (this.#isOver) return;
    this.#readBytes += piece.byteLength;
    if (this.#readBytes > this.#mostBytes) return this.#breakOff(tooLong(this.#mostBytes));
    if (this.#pieces.push(piece) === 1) process.nextTick(this.#handOn);
  };

  readonly #handOn = (): void => {
    const pieces = this.#pieces;
    const controller = this.#controller;
    const [first] = pieces;
    if (this.#isOver || first === undefined || controller === undefined) return;
    const { buffer, byteOffset, byteLength } = pieces.length === 1 ? first : Buffer.concat(pieces);
    this.#pieces = [];
    controller.enqueue(new Uint8Array(buffer, byteOffset, byteLength));
    if ((controller.desiredSize ?? 0) <= 0) this.#bytes.pause();
  };

  readonly #onEnd = (): void => {
    if (this.#isOver) return;
    this.#handOn();
    this.#over();
    this.#controller?.close();
  };

  #breakOff(error: unknown): void {
    if (this.#isOver) return;
    this.#over();
    this.#controller?.error(error);
    this.#bytes.destroy();
  }

  #over(): void {
    this.#isOver = true;
    this.#pieces = [];
    this.#exchange.end();
  }
}
