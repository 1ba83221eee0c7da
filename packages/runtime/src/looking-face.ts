import { messageOf } from "@colony/core";
import type { Colony } from "./colony.ts";
import { requireCall } from "./call-options.ts";
import { listWorkers } from "./listing.ts";
import type { Parts } from "./parts.ts";
import type { Retention } from "./retention.ts";
import { Running } from "./running.ts";

/** How a colony is looked at as a whole, and what is kept of it: the part of its face that is about that. */
export type LookingFace = Pick<Colony, "list" | "running" | "running$" | "prunable" | "prune">;

/** Makes it. */
export function createLookingFace(
  { ledger, bus, clock, logger, mustBeOpen }: Parts,
  { retention, retentionMs }: { readonly retention: Retention; readonly retentionMs: number },
): LookingFace {
  const onError = (error: unknown): void => logger.error({ reason: messageOf(error) }, "subscriber failed");
  const running = new Running({ bus, ledger, onError });
  return {
    list: (options) => listWorkers({ index: ledger.index, now: clock.now(), retentionMs }, options),
    running: () => running.now(),
    running$: running.level$,
    async prunable(options = {}) {
      mustBeOpen();
      requireCall("prune", options);
      return await retention.weigh(options.olderThanMs);
    },
    async prune(options = {}) {
      mustBeOpen();
      requireCall("prune", options);
      return await retention.prune(options.olderThanMs);
    },
  };
}
