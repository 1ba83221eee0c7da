import { hiddenIn } from "./hidden-secrets.ts";
import type { PlainRequest } from "./plain-request.ts";
import { secretsOf } from "./secrets.ts";

type Bytes = Buffer<ArrayBuffer>;

/** How the last event of an answer begins: `[DONE]` of chats, and by its type that of Anthropic's messages and OpenAI's responses. */
const LAST_EVENT =
  /[\r\n](?:data: ?(\[DONE\])(?=[\r\n])|(?:event: ?|data: ?\{ ?"type": ?")(?:message_stop|response\.(?:completed|incomplete|failed))(?=[\r\n"]))/;

/** A piece of whole lines without any of these goes on, and holds no error. Most do not, and there are many. */
const OF_INTEREST = /\[DONE\]|message_stop|response\.(?:completed|incomplete|failed)|"error"/;

const BLANK_LINE = /\r\n\r\n|\n\n|\r\r/g;

const LINE_END = "\n";

/** Longer lines do not begin like that. */
const LONGEST_BEGINNING = 64;

/** A member of that name, which no text of an answer can look like: quotes in it are escaped. */
const ERROR = '"error"';

/**
 * Reads the events of a streamed answer as far as to see where it is complete, since not every server closes its connection well
 * then, and some go on to speak. A secret that is repeated in an error is left out.
 */
export class EventReading {
  /** Whether the answer is complete. What comes now is no part of it. */
  isThrough = false;
  readonly #request: PlainRequest;
  /** The beginning of the line that has not ended, with the end of the line before. */
  #begun = LINE_END;
  #isLast = false;

  constructor(request: PlainRequest) {
    this.#request = request;
  }

  /** What of these bytes belongs to the answer. */
  take(bytes: Bytes): Bytes {
    const text = bytes.toString("latin1");
    const isWhole = this.#begun === LINE_END && !this.#isLast && text.endsWith(LINE_END);
    if (isWhole && !OF_INTEREST.test(text)) return bytes;
    const end = this.#endIn(this.#begun + text);
    const taken = end === undefined ? bytes : bytes.subarray(0, Math.max(0, end));
    return text.includes(ERROR) ? hiddenIn(taken, secretsOf(this.#request)) : taken;
  }

  /** Where in the newest bytes the answer ends; undefined where it goes on. */
  #endIn(text: string): number | undefined {
    const before = this.#begun.length;
    let from = 0;
    if (!this.#isLast) {
      const last = LAST_EVENT.exec(text);
      if (last === null) {
        this.#begun = begunLine(text);
        return undefined;
      }
      from = last.index + last[0].length;
      this.#isLast = true;
      if (last[1] !== undefined) return this.#endAt(from - before);
    }
    BLANK_LINE.lastIndex = from;
    const blank = BLANK_LINE.exec(text);
    if (blank !== null) return this.#endAt(blank.index + blank[0].length - before);
    this.#begun = text.slice(-3);
    return undefined;
  }

  #endAt(end: number): number {
    this.isThrough = true;
    return end;
  }
}

/** Nothing where a line has become too long to be of interest. */
function begunLine(text: string): string {
  const end = Math.max(text.lastIndexOf(LINE_END), text.lastIndexOf("\r"));
  return end < 0 || text.length - end > LONGEST_BEGINNING ? "" : text.slice(end);
}
