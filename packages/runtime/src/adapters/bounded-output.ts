/**
 * What a process says on one of its outputs, in bounded memory: the beginning and the end, which is where programs say
 * what they do and what became of it.
 */
export class BoundedOutput {
  readonly #half: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #totalBytes = 0;

  constructor(limitBytes: number) {
    this.#half = Math.max(1, Math.ceil(limitBytes / 2));
  }

  /** Bytes that were left out of the middle. */
  get omittedBytes(): number {
    return Math.max(0, this.#totalBytes - 2 * this.#half);
  }

  push(chunk: Buffer): void {
    this.#totalBytes += chunk.length;
    const toHead = chunk.subarray(0, this.#half - this.#headBytes);
    // Copies, since a chunk is a window on a buffer that may be far larger.
    if (toHead.length > 0) this.#head.push(Buffer.from(toHead));
    this.#headBytes += toHead.length;
    const rest = chunk.subarray(toHead.length);
    if (rest.length === 0) return;
    const last = rest.subarray(-this.#half);
    this.#tail.push(Buffer.from(last));
    this.#tailBytes += last.length;
    // Not before twice the half has come together, so that it is not copied with each small chunk.
    if (this.#tailBytes < 2 * this.#half) return;
    this.#tail = [this.#lastHalf()];
    this.#tailBytes = this.#half;
  }

  /** As UTF-8; a notice stands where something was left out. */
  text(): string {
    const head = Buffer.concat(this.#head);
    const tail = this.#lastHalf();
    if (this.omittedBytes === 0) return Buffer.concat([head, tail]).toString("utf8");
    return `${head.toString("utf8")}\n[... ${this.omittedBytes} bytes left out ...]\n${tail.toString("utf8")}`;
  }

  #lastHalf(): Buffer {
    const tail = Buffer.concat(this.#tail);
    return tail.length <= this.#half ? tail : Buffer.from(tail.subarray(-this.#half));
  }
}
