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

/** Those of one definition. */
interface Line {
  readonly definitionId: string;
  /** Who waits, the next one first, behind as many who have been let in. */
  readonly places: Place[];
  letIn: number;
  /** How many have been let in. */
  running: number;
}

/**
 * Who is let in next: what was interrupted first, then higher priority, then first come. A definition that is at its own
 * cap is passed over, and holds up nobody else.
 */
export class Admission {
  readonly #lines = new Map<string, Line>();
  readonly #waiting = new Map<AgentId, Place>();
  readonly #running = new Map<AgentId, Line>();
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
  add({ agentId, definitionId, priority, interrupted }: Waiting): void {
    if (this.#waiting.has(agentId) || this.#running.has(agentId)) return;
    this.#order += 1;
    const place: Place = { agentId, definitionId, priority, interrupted, order: this.#order };
    this.#waiting.set(agentId, place);
    const line = this.#lineOf(definitionId);
    const { places } = line;
    const at = placeIn(line, place);
    if (at === places.length) places.push(place);
    else places.splice(at, 0, place);
  }

  /** Takes somebody out of the line. */
  drop(agentId: AgentId): void {
    const place = this.#waiting.get(agentId);
    if (place === undefined) return;
    this.#waiting.delete(agentId);
    const { places, letIn } = this.#lineOf(place.definitionId);
    places.splice(places.indexOf(place, letIn), 1);
  }

  /** Whether another agent of a definition could be given a place now, before whoever waits is asked. */
  hasRoomFor(definitionId: string): boolean {
    const running = this.#lines.get(definitionId)?.running ?? 0;
    return this.#running.size < this.#concurrency && running < this.#capOf(definitionId);
  }

  /** Whether somebody could be given a place now. */
  get hasNext(): boolean {
    return this.#best() !== undefined;
  }

  /** The next one, who has a place from now on; undefined while there is none for anybody. */
  next(): AgentId | undefined {
    const line = this.#best();
    const agentId = line?.places[line.letIn]?.agentId;
    if (line === undefined || agentId === undefined) return undefined;
    letInFirst(line);
    this.#waiting.delete(agentId);
    this.#running.set(agentId, line);
    line.running += 1;
    return agentId;
  }

  /** Gives a place back; false where it had none. */
  leave(agentId: AgentId): boolean {
    const line = this.#running.get(agentId);
    if (line === undefined) return false;
    this.#running.delete(agentId);
    line.running -= 1;
    return true;
  }

  /** The line whose first is next. */
  #best(): Line | undefined {
    if (this.#waiting.size === 0 || this.#running.size >= this.#concurrency) return undefined;
    let best: Line | undefined;
    for (const line of this.#lines.values())
      if (line.running < this.#capOf(line.definitionId) && isBefore(line, best)) best = line;
    return best;
  }

  #lineOf(definitionId: string): Line {
    let line = this.#lines.get(definitionId);
    if (line === undefined)
      this.#lines.set(definitionId, (line = { definitionId, places: [], letIn: 0, running: 0 }));
    return line;
  }
}

/** Whether the first of a line goes before that of another. */
function isBefore(line: Line, other: Line | undefined): boolean {
  const head = line.places[line.letIn];
  const otherHead = other?.places[other.letIn];
  return head !== undefined && (otherHead === undefined || before(head, otherHead));
}

function before(a: Place, b: Place): boolean {
  if (a.interrupted !== b.interrupted) return a.interrupted;
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.order < b.order;
}

/** Whoever is let in stays in the list until half of it have been: to take the first out of a long one costs all that are in it. */
function letInFirst(line: Line): void {
  line.letIn += 1;
  if (line.letIn * 2 < line.places.length) return;
  line.places.splice(0, line.letIn);
  line.letIn = 0;
}

/** Mostly at the end. */
function placeIn({ places, letIn }: Line, place: Place): number {
  let high = places.length;
  const last = places[high - 1];
  if (last === undefined || !before(place, last)) return high;
  let low = letIn;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = places[middle];
    if (other !== undefined && before(place, other)) high = middle;
    else low = middle + 1;
  }
  return low;
}
