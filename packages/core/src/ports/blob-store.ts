import type { BlobRef } from "../messages/message.ts";

/** Bodies that are too large for an event, found again by what they contain. */
export interface BlobStore {
  /** Durable once it resolves. The same body twice is one blob. */
  put(body: string): Promise<BlobRef>;
  /** Rejects with `blob.missing` where the body is gone or does not match its hash any more. */
  get(sha256: string): Promise<string>;
}
