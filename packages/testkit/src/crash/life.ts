import type { BlobStore, Clock, EventLog, IdSource, Model, SnapshotStore, Tool } from "@colony/core";
import type { ManualClock } from "../manual-clock.ts";
import { mortalClock } from "./mortal-clock.ts";
import { mortalLog, mortalSnapshots } from "./mortal-store.ts";
import { mortalModel } from "./mortal-model.ts";

/** What outlives a process: its disk, the time, the ids that were given out. */
export interface Ground {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  readonly clock: ManualClock;
  readonly ids: IdSource;
}

/** A place at which a process can be cut: before or after something that others can notice. */
export interface CutPoint {
  /** Counted from 1 over all lives of a run. */
  readonly number: number;
  /** Such as `before append worker-1: EXECUTION_STARTED` or `after tool charge`. */
  readonly what: string;
}

/** Decides at which point a process dies. */
export type CutPlan = (point: CutPoint) => boolean;

const NEVER = new Promise<never>(() => undefined);

/**
 * One process of a scenario, from its start to its end or its death. What it is given to work with (log, model, tools,
 * clock) passes through cut points; once it is dead nothing of it has any effect any more: its calls hang, its timers
 * do not fire, its listeners hear nothing. So it is as with `kill -9`, in memory and thousands of times a second.
 */
export class Life {
  readonly log: EventLog;
  readonly snapshots: SnapshotStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly #death = Promise.withResolvers<CutPoint>();
  readonly #onDeath = new Set<() => void>();
  readonly #cut: CutPlan;
  readonly #points: CutPoint[];
  #alive = true;

  constructor(ground: Ground, options: { readonly cut: CutPlan; readonly points: CutPoint[] }) {
    this.#cut = options.cut;
    this.#points = options.points;
    this.log = mortalLog(ground.log, this);
    this.snapshots = mortalSnapshots(ground.snapshots, this);
    this.blobs = {
      put: async (body) => {
        await this.point("before blob");
        const ref = await this.living(ground.blobs.put(body));
        await this.point("after blob");
        return ref;
      },
      get: (sha256) => this.living(ground.blobs.get(sha256)),
    };
    this.clock = mortalClock(ground.clock, this);
    this.ids = ground.ids;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when it dies, with where. */
  get death(): Promise<CutPoint> {
    return this.#death.promise;
  }

  /** A place where it may die; whoever stands here then stands here for ever. */
  async point(what: string): Promise<void> {
    if (!this.pass(what)) await NEVER;
  }

  /** The same for those who cannot wait: false once it is dead. */
  pass(what: string): boolean {
    if (!this.#alive) return false;
    const point = { number: this.#points.length + 1, what };
    this.#points.push(point);
    if (!this.#cut(point)) return true;
    this.#alive = false;
    for (const leave of this.#onDeath) leave();
    this.#death.resolve(point);
    return false;
  }

  /** What is awaited for the living; the dead wait for ever. */
  async living<T>(promise: Promise<T>): Promise<T> {
    try {
      return await (this.alive ? promise : NEVER);
    } finally {
      if (!this.alive) await NEVER;
    }
  }

  #reconciling(tool: Tool): NonNullable<Tool["reconcile"]> {
    return async (callKey, input) => {
      await this.point(`before reconcile ${tool.name}`);
      return await this.living(tool.reconcile?.(callKey, input) ?? Promise.resolve({ outcome: "unknown" }));
    };
  }

  /** Called back when it dies. Returns the way to call that off. */
  onDeath(callback: () => void): () => void {
    this.#onDeath.add(callback);
    return () => this.#onDeath.delete(callback);
  }

  /** A model that is asked by this process: a cut point before each call and after each answer. */
  model(model: Model): Model {
    return mortalModel(model, this);
  }

  /** A tool that is run by this process: a cut point before and after each run, also of `reconcile`. */
  tool(tool: Tool): Tool {
    return {
      ...tool,
      run: async (input, context) => {
        await this.point(`before tool ${tool.name}`);
        const output = await this.living(tool.run(input, context));
        await this.point(`after tool ${tool.name}`);
        return output;
      },
      ...(tool.reconcile === undefined ? {} : { reconcile: this.#reconciling(tool) }),
    };
  }
}
