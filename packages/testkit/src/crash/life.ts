import {
  NO_PROCESSES,
  SILENT_LOGGER,
  type BlobStore,
  type Clock,
  type DraftStore,
  type EventLog,
  type IdSource,
  type Logger,
  type Model,
  type Processes,
  type SnapshotStore,
  type Tool,
} from "@colony/core";
import { createMemoryDraftStore } from "@colony/eventbus";
import { requireGiven } from "../given.ts";
import type { ManualClock } from "../manual-clock.ts";
import { mortalClock } from "./mortal-clock.ts";
import { mortalModel } from "./mortal-model.ts";
import { mortalBlobs, mortalDrafts, mortalLog, mortalSnapshots } from "./mortal-store.ts";
import { mortalProcesses } from "./mortal-processes.ts";
import { mortalTool } from "./mortal-tool.ts";
import type { ProcessWorld } from "./process-world.ts";
import { Mortality, type CutPoint } from "./mortality.ts";

/** What outlives a process: its disk, the time, the ids that were given out. */
export interface Ground {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  readonly drafts?: DraftStore;
  readonly clock: ManualClock;
  readonly ids: IdSource;
  /** The machine's processes, where tools start any. */
  readonly world?: ProcessWorld;
}

/** What a colony is opened with to live in such a process. */
export interface LifeOptions {
  readonly dir: "memory";
  readonly store: Life;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly processes: Processes;
  readonly logger: Logger;
}

/**
 * One process of a scenario, from its start to its end or its death. What it is given to work with (log, model, tools,
 * clock) passes through cut points; once it is dead nothing of it has any effect any more: its calls hang, its timers
 * do not fire, its listeners hear nothing. So it is as with `kill -9`, in memory and thousands of times a second.
 */
export class Life {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  readonly drafts: DraftStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** How its tools start processes; where the ground has no world of them, every start is refused. */
  readonly processes: Processes;
  readonly #mortality: Mortality;

  /** Without a mortality it lives until it is killed. */
  constructor(ground: Ground, mortality = new Mortality({ cut: () => false, points: [] })) {
    requireGiven("the ground of a life", ground, "ground");
    this.#mortality = mortality;
    this.log = mortalLog(ground.log, mortality);
    this.snapshots = mortalSnapshots(ground.snapshots, mortality);
    this.blobs = mortalBlobs(ground.blobs, mortality);
    this.drafts = mortalDrafts(ground.drafts ?? createMemoryDraftStore(), mortality);
    this.clock = mortalClock(ground.clock, mortality);
    this.ids = ground.ids;
    this.processes =
      ground.world === undefined ? NO_PROCESSES : mortalProcesses(ground.world, this.clock, mortality);
  }

  /** For `openColony`, with the overseer and the workers of the scenario; it logs nothing. */
  get options(): LifeOptions {
    const { clock, ids, processes } = this;
    return { dir: "memory", store: this, clock, ids, processes, logger: SILENT_LOGGER };
  }

  get alive(): boolean {
    return this.#mortality.alive;
  }

  /** Resolves when it dies, with where. */
  get death(): Promise<CutPoint> {
    return this.#mortality.death;
  }

  /** Dies here and now. A tool that does this is one that takes its process with it. */
  kill(): void {
    this.#mortality.kill("killed");
  }

  /** A cut point of the scenario's own. */
  point(what: string): Promise<void> {
    requireGiven("the words of a cut point", what, "text");
    return this.#mortality.point(what);
  }

  /** A model that is asked by this process: a cut point before each call and after each answer. */
  model(model: Model): Model {
    requireGiven("the model of a life", model, "model");
    return mortalModel(model, this.#mortality);
  }

  /** A tool that is run by this process: a cut point before and after each run, and before each `reconcile`. */
  tool(tool: Tool): Tool {
    requireGiven("the tool of a life", tool, "tool");
    return mortalTool(tool, this.#mortality);
  }
}
