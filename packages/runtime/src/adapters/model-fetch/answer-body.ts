import type { Readable } from "node:stream";
import type { EventReading } from "./event-reading.ts";
import type { Exchange } from "./exchange.ts";
import { terminated, tooLong } from "./faults.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Most bytes that wait to be read: then the server waits. */
const ROOM_BYTES = 65_536;

/** What a server is given to end an answer that is complete, before its connection is closed. */
const ENDING_MS = 1_000;

const ROOM: QueuingStrategy<Bytes> = {
  highWaterMark: ROOM_BYTES,
  size: ({ byteLength }) => byteLength,
};

/** How much of an answer is read. */
interface Reading {
  readonly mostBytes: number;
  /** Of an answer that is a stream of events: it ends where they say that it is complete. */
  readonly events: EventReading | undefined;
}

/**
 * The body of an answer as a stream. What has arrived together, in one piece of the network, is handed on in one: each piece costs
 * its readers as much as a large one.
 */
export class AnswerBody {
  readonly stream: ReadableStream<Bytes>;
  readonly #exchange: Exchange;
  readonly #bytes: Readable;
  readonly #reading: Reading;
  #controller: ReadableStreamDefaultController<Bytes> | undefined;
  /** What has arrived and not been handed on. */
  #pieces: Buffer<ArrayBuffer>[] = [];
  #readBytes = 0;
  #isOver = false;

  constructor(exchange: Exchange, bytes: Readable, reading: Reading) {
    this.#exchange = exchange;
    this.#bytes = bytes;
    this.#reading = reading;
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
    if (this.#isOver) return;
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
    const { mostBytes } = this.#reading;
    if (this.#readBytes > mostBytes) return this.#breakOff(tooLong(mostBytes));
    if (this.#pieces.push(piece) === 1) process.nextTick(this.#handOn);
  };

  readonly #handOn = (): void => {
    const pieces = this.#pieces;
    const controller = this.#controller;
    const [first] = pieces;
    if (this.#isOver || first === undefined || controller === undefined) return;
    const { events } = this.#reading;
    const arrived = pieces.length === 1 ? first : Buffer.concat(pieces);
    const { buffer, byteOffset, byteLength } = events?.take(arrived) ?? arrived;
    this.#pieces = [];
    if (byteLength > 0) controller.enqueue(new Uint8Array(buffer, byteOffset, byteLength));
    if (events?.isThrough === true) return this.#end();
    if ((controller.desiredSize ?? 0) <= 0) this.#bytes.pause();
  };

  readonly #onEnd = (): void => {
    if (this.#isOver) return;
    this.#handOn();
    this.#close();
  };

  /** The answer is complete, and its server may still have to say so: then its connection can be used again. */
  #end(): void {
    this.#close();
    const bytes = this.#bytes.resume();
    if (bytes.closed) return;
    const timer = setTimeout(() => this.#exchange.discard(), ENDING_MS);
    bytes.once("close", () => clearTimeout(timer));
  }

  #close(): void {
    if (this.#isOver) return;
    this.#over();
    this.#controller?.close();
  }

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
