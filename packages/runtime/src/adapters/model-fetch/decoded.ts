import type { IncomingMessage } from "node:http";
import { pipeline, type Readable, type Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";
import { tooLong } from "./faults.ts";

/** What has come is decoded as far as it goes, and what is cut off ends as it came: `fetch` is as lenient. */
const AS_IT_COMES = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const BROTLI_AS_IT_COMES = {
  flush: constants.BROTLI_OPERATION_FLUSH,
  finishFlush: constants.BROTLI_OPERATION_FLUSH,
};

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(AS_IT_COMES),
  "x-gzip": () => createGunzip(AS_IT_COMES),
  deflate: () => createInflate(AS_IT_COMES),
  br: () => createBrotliDecompress(BROTLI_AS_IT_COMES),
  zstd: () => createZstdDecompress(),
};

/** As many as `fetch` undoes: each can make an answer a thousand times as long. */
const MOST_CODINGS = 5;

/**
 * The bytes of an answer, without the compression that its server has put on it all the same; as they come where that is unknown.
 * No stage but the last may give more than so many bytes: whoever reads that one counts them.
 */
export function decoded(head: IncomingMessage, mostBytes: number): Readable {
  const encoding = head.headers["content-encoding"];
  if (encoding === undefined || encoding.trim() === "") return head;
  const codings = encoding.toLowerCase().split(",", MOST_CODINGS + 1);
  if (codings.length > MOST_CODINGS) throw new Error(`more than ${MOST_CODINGS} content-encodings`);
  const decoders: Transform[] = [];
  for (const coding of codings.toReversed()) {
    const decoder = DECODERS[coding.trim()];
    if (decoder === undefined) return head;
    decoders.push(decoder());
  }
  // Who reads the last one is told what is wrong.
  pipeline([head, ...decoders], () => undefined);
  for (const stage of decoders.slice(0, -1)) bound(stage, mostBytes);
  return decoders.at(-1) ?? head;
}

/** Nothing can be made of much, and much of nothing: what is compressed again and again may be long only in between. */
function bound(stage: Transform, mostBytes: number): void {
  let left = mostBytes;
  stage.on("data", ({ byteLength }: Buffer) => {
    left -= byteLength;
    if (left < 0) stage.destroy(tooLong(mostBytes));
  });
}
