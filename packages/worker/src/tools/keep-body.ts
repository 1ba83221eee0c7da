import { messageOf, type BlobRef, type BlobStore, type Clock, type Logger } from "@colony/core";
import { isStorageFault } from "@colony/eventbus";
import type { Stopping } from "../stopping.ts";

/** How long a store is left alone after it has refused a body. Milliseconds. */
const RETRY_MS = 1_000;

/** Where long outputs are kept, and for how long a store that takes none is waited for. */
export interface Keeping {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Of the call. */
  readonly stopping: Stopping;
  readonly log: Pick<Logger, "error">;
}

/**
 * Keeps the whole of a long output. What has run may never run again, so a store that is full or cannot be written is waited
 * for, as the log is. Undefined: it is not kept, since the call was called off meanwhile, or the store fails in another way.
 */
export async function keepBody(text: string, keeping: Keeping): Promise<BlobRef | undefined> {
  const { blobs, clock, stopping, log } = keeping;
  for (let tries = 1; ; tries += 1)
    try {
      return await blobs.put(text);
    } catch (error) {
      const isWaitedFor = isStorageFault(error) && !stopping.aborted;
      const words = isWaitedFor
        ? "long tool result cannot be stored, its call waits until it can"
        : "long tool result not stored, only its beginning is kept";
      if (tries === 1 || !isWaitedFor)
        log.error({ reason: messageOf(error), characters: text.length }, words);
      if (!isWaitedFor || !(await rested(clock, stopping))) return undefined;
    }
}

async function rested(clock: Clock, { signal }: Stopping): Promise<boolean> {
  await clock.sleep(RETRY_MS, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return !signal.aborted;
}
