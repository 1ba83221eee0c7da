import { Transform } from "node:stream";
import { withoutSecrets } from "./secrets.ts";

/** What stands for a secret in bytes that are looked at one by one. */
const INSTEAD = Buffer.from("…").toString("latin1");

/** The same bytes, in which none of the secrets stands. What came in one piece is looked at by itself. */
export function hiddenIn(bytes: Buffer<ArrayBuffer>, secrets: readonly string[]): Buffer<ArrayBuffer> {
  const text = bytes.toString("latin1");
  const hidden = withoutSecrets(text, secrets, INSTEAD);
  return hidden === text ? bytes : Buffer.from(hidden, "latin1");
}

/** The same for all the bytes of an answer, wherever its pieces are cut. */
export class HiddenSecrets extends Transform {
  readonly #secrets: readonly string[];
  /** So much may be the beginning of a secret. */
  readonly #held: number;
  #rest = "";

  /** Longest first, and at least one. */
  constructor(secrets: readonly string[]) {
    super();
    this.#secrets = secrets;
    this.#held = (secrets[0]?.length ?? 1) - 1;
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = withoutSecrets(this.#rest + piece.toString("latin1"), this.#secrets, INSTEAD);
    const end = Math.max(0, text.length - this.#held);
    this.#rest = text.slice(end);
    if (end > 0) this.push(Buffer.from(text.slice(0, end), "latin1"));
    done();
  }

  override _flush(done: () => void): void {
    this.push(Buffer.from(this.#rest, "latin1"));
    done();
  }
}
