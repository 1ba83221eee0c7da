/** A place at which a process can be cut: before or after something that others can notice. */
export interface CutPoint {
  /** Counted from 1 over all lives of a run. */
  readonly number: number;
  /** Such as `before append w-1: EXECUTION_STARTED` or `after tool charge`. */
  readonly what: string;
}

/** Decides at which point a process dies. */
export type CutPlan = (point: CutPoint) => boolean;

const NEVER = new Promise<never>(() => undefined);

/** Whether a process still lives, and what that means for those who act in its name. */
export class Mortality {
  readonly #death = Promise.withResolvers<CutPoint>();
  readonly #onDeath = new Set<() => void>();
  readonly #cut: CutPlan;
  readonly #points: CutPoint[];
  #alive = true;

  constructor(options: { readonly cut: CutPlan; readonly points: CutPoint[] }) {
    this.#cut = options.cut;
    this.#points = options.points;
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
    this.#die(point);
    return false;
  }

  /** It dies here and now, whatever the plan says. */
  kill(what: string): void {
    if (!this.#alive) return;
    const point = { number: this.#points.length + 1, what };
    this.#points.push(point);
    this.#die(point);
  }

  /** Does something to the outside world, after a place where it may die: then it is not done. */
  async after<T>(what: string, act: () => Promise<T>): Promise<T> {
    return this.pass(what) ? await this.living(act()) : await NEVER;
  }

  /** What is awaited for the living; the dead wait for ever, and hear of no failure either. */
  async living<T>(promise: Promise<T>): Promise<T> {
    try {
      return await promise;
    } finally {
      if (!this.#alive) await NEVER;
    }
  }

  /** Called back when it dies. Returns the way to call that off. */
  onDeath(callback: () => void): () => void {
    this.#onDeath.add(callback);
    return () => this.#onDeath.delete(callback);
  }

  #die(point: CutPoint): void {
    this.#alive = false;
    for (const leave of this.#onDeath) leave();
    this.#death.resolve(point);
  }
}
