import { SILENT_LOGGER, type ColonyEvent } from "@colony/core";
import {
  createMemoryGround,
  createScriptedModel,
  readAll,
  type MemoryGround,
  type ModelScript,
} from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import type { ColonyOptions } from "../options.ts";
import { settled } from "./settled.ts";

/** An hour, in milliseconds. */
export const HOUR = 3_600_000;

/** One colony on one disk in memory, at a time of its own, that is opened as often as a test likes. */
export class KeptColony implements AsyncDisposable {
  readonly ground: MemoryGround = createMemoryGround();
  #open: Colony | undefined;

  /** Opens it with two definitions, `helper` and the persistent `keeper`, that do their tasks in one answer. */
  async open(
    options: Partial<ColonyOptions> & { readonly worker?: ModelScript; readonly chat?: ModelScript } = {},
  ): Promise<Colony> {
    const { worker = ({ prompt }) => ({ text: `done, ${prompt.length}` }), chat = [], ...others } = options;
    const { log, snapshots, blobs, clock, ids } = this.ground;
    const model = createScriptedModel(worker);
    this.#open = await openColony({
      store: { log, snapshots, blobs },
      clock,
      ids,
      logger: SILENT_LOGGER,
      overseer: { model: createScriptedModel(chat) },
      workers: { helper: defineWorker({ model }), keeper: defineWorker({ model, lifetime: "persistent" }) },
      ...others,
    });
    return this.#open;
  }

  /** A worker that has done its task and is closed. */
  async ended(colony: Colony, name: string, definition: "helper" | "keeper" = "helper"): Promise<void> {
    const worker = await colony.spawn(definition, { task: `the task of ${name}`, name });
    await worker.report();
    if (definition === "keeper") await worker.close();
  }

  /** Lets time go on, and everything that it brings about. */
  async later(ms: number): Promise<void> {
    await this.settled();
    await this.ground.clock.advance(ms);
    await this.settled();
  }

  settled(): Promise<void> {
    return settled();
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) await Promise.all([open.close(), this.later(0)]);
  }

  events(): Promise<readonly ColonyEvent[]> {
    return readAll(this.ground.log);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
