import {
  SILENT_LOGGER,
  type ColonyEvent,
  type EventLog,
  type Notification,
  type Notifier,
} from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock, createScriptedModel, createSequenceIds, type ModelScript } from "@colony/testkit";
import { defineWorker, type WorkerOptions } from "@colony/worker";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import type { ColonyOptions } from "../options.ts";

/** What a receiver does with one notification. */
type Receiving = (notification: Notification, signal: AbortSignal) => Promise<void> | void;

/** A receiver that keeps what it is told, and does with each what it is asked to. */
export class Receiver implements Notifier {
  /** Every try, oldest first. */
  readonly told: Notification[] = [];
  receive: Receiving;

  constructor(receive: Receiving = () => undefined) {
    this.receive = receive;
  }

  async notify(notification: Notification, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.told.push(notification);
    await this.receive(notification, signal);
  }
}

/** A disk on which one colony after the other is opened. */
export function ground() {
  return {
    log: createMemoryLog(),
    snapshots: createMemorySnapshotStore(),
    blobs: createMemoryBlobStore(),
    clock: createManualClock({ now: 1_000_000 }),
    ids: createSequenceIds(),
  };
}

/** Opens a colony there whose worker does as its script says. */
export async function openOn(
  { log, snapshots, blobs, clock, ids }: Omit<ReturnType<typeof ground>, "log"> & { readonly log: EventLog },
  options: Partial<ColonyOptions> & {
    readonly worker?: ModelScript;
    readonly script?: ModelScript;
    readonly definition?: Partial<WorkerOptions>;
  } = {},
): Promise<Colony> {
  const { worker = () => ({ text: "all done" }), script = [], definition, ...more } = options;
  return await openColony({
    store: { log, snapshots, blobs },
    clock,
    ids,
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(script) },
    workers: { helper: defineWorker({ model: createScriptedModel(worker), ...definition }) },
    ...more,
    limits: { shutdownGraceMs: 0, ...more.limits },
  });
}

/** What stands in the log of notifications, in few words. */
export async function noticeEvents({
  log,
}: Pick<ReturnType<typeof ground>, "log">): Promise<readonly string[]> {
  const events: readonly ColonyEvent[] = await log.read({
    types: ["NOTIFICATION_SENT", "NOTIFICATION_FAILED"],
  });
  return events.map((event) => {
    if (event.type === "NOTIFICATION_SENT") return `${event.data.notificationId} sent ${event.data.attempt}`;
    if (event.type !== "NOTIFICATION_FAILED") return event.type;
    const { notificationId, attempt, error, retryAt } = event.data;
    return `${notificationId} failed ${attempt} ${error.code}: ${error.message}${retryAt === null ? ", given up" : ` until ${retryAt - event.at}`}`;
  });
}
