import type { AgentId } from "@colony/core";

/** Someone who waits for a place. */
export interface Waiting {
  readonly agentId: AgentId;
  readonly definitionId: string;
  readonly priority: number;
  /** It was at work before, in a process that is gone: it goes before those that have not begun. */
  readonly interrupted: boolean;
}

interface Place extends Waiting {
  readonly order: number;
}

/**
 * Who is let in next: what was interrupted first, then higher priority, then first come. A definition that is at its own
 * cap is passed over, and holds up nobody else.
 */
export class Admission {
  readonly #lines = new Map<string, Place[]>();
  readonly #waiting = new Map<AgentId, Place>();
  readonly #running = new Map<AgentId, string>();
  readonly #runningBy = new Map<string, number>();
  readonly #concurrency: number;
  readonly #capOf: (definitionId: string) => number;
  #order = 0;

  constructor(concurrency: number, capOf: (definitionId: string) => number) {
    this.#concurrency = concurrency;
    this.#capOf = capOf;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get running(): number {
    return this.#running.size;
  }

  /** Puts somebody in line; somebody who is in line or at work already keeps that place. */
  add(waiting: Waiting): void {
    if (this.#waiting.has(waiting.agentId) || this.#running.has(waiting.agentId)) return;
    this.#order += 1;
    const place: Place = { ...waiting, order: this.#order };
    this.#waiting.set(waiting.agentId, place);
    const line = this.#lines.get(waiting.definitionId) ?? [];
    this.#lines.set(waiting.definitionId, line);
    line.splice(placeIn(line, place), 0, place);
  }

  /** Takes somebody out of the line. */
  drop(agentId: AgentId): void {
    const place = this.#waiting.get(agentId);
    if (place === undefined) return;
    this.#waiting.delete(agentId);
    const line = this.#lines.get(place.definitionId);
    line?.splice(line.indexOf(place), 1);
  }

  /** Whether another agent of a definition could be given a place now, before whoever waits is asked. */
  hasRoomFor(definitionId: string): boolean {
    return (
      this.#running.size < this.#concurrency &&
      (this.#runningBy.get(definitionId) ?? 0) < this.#capOf(definitionId)
    );
  }

  /** Whether somebody could be given a place now. */
  get hasNext(): boolean {
    return this.#best() !== undefined;
  }

  /** The next one, who has a place from now on; undefined while there is none for anybody. */
  next(): AgentId | undefined {
    const best = this.#best();
    if (best === undefined) return undefined;
    this.drop(best.agentId);
    this.#running.set(best.agentId, best.definitionId);
    this.#runningBy.set(best.definitionId, (this.#runningBy.get(best.definitionId) ?? 0) + 1);
    return best.agentId;
  }

  /** Gives a place back; false where it had none. */
  leave(agentId: AgentId): boolean {
    const definitionId = this.#running.get(agentId);
    if (definitionId === undefined) return false;
    this.#running.delete(agentId);
    this.#runningBy.set(definitionId, (this.#runningBy.get(definitionId) ?? 1) - 1);
    return true;
  }

  #best(): Place | undefined {
    if (this.#running.size >= this.#concurrency) return undefined;
    let best: Place | undefined;
    for (const [definitionId, [head]] of this.#lines) {
      if (head === undefined || (this.#runningBy.get(definitionId) ?? 0) >= this.#capOf(definitionId))
        continue;
      if (best === undefined || before(head, best)) best = head;
    }
    return best;
  }
}

function before(a: Place, b: Place): boolean {
  if (a.interrupted !== b.interrupted) return a.interrupted;
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.order < b.order;
}

function placeIn(line: readonly Place[], place: Place): number {
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = line[middle];
    if (other !== undefined && before(place, other)) high = middle;
    else low = middle + 1;
  }
  return low;
}
