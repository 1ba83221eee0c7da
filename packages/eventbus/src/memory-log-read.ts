import { recipientOf, type AgentId, type ColonyEvent, type LogRead } from "@colony/core";

/** What concerns one agent, in seq order. */
export interface MemoryStream {
  /** Its own events. */
  readonly own: ColonyEvent[];
  /** Of the newest of them; 0 where there is none. Beside them, so that nobody has to look at one that is long past. */
  version: number;
  /** Events of others that are mail for it; most agents get none. */
  mail: ColonyEvent[] | undefined;
}

const DEFAULT_LIMIT = 1_000;

/** One page of a log in memory. Reading one agent looks at that agent's events only. */
export function selectEvents(
  all: readonly ColonyEvent[],
  streams: ReadonlyMap<AgentId, MemoryStream>,
  read: LogRead,
): readonly ColonyEvent[] {
  const limit = read.limit ?? DEFAULT_LIMIT;
  const page: ColonyEvent[] = [];
  for (const event of candidates(all, streams, read)) {
    if (page.length >= limit) break;
    if (fits(event, read)) page.push(event);
  }
  return page;
}

/** The smallest indexed set that holds every event the read may want. */
function candidates(
  all: readonly ColonyEvent[],
  streams: ReadonlyMap<AgentId, MemoryStream>,
  { agentId, concerning, after = 0 }: LogRead,
): Iterable<ColonyEvent> {
  if (agentId !== undefined) return since(streams.get(agentId)?.own ?? [], after);
  if (concerning === undefined) return since(all, after);
  const stream = streams.get(concerning);
  return stream === undefined ? [] : merged(stream, after);
}

function fits(event: ColonyEvent, read: LogRead): boolean {
  if (read.types !== undefined && !read.types.includes(event.type)) return false;
  if (read.executionId !== undefined && event.executionId !== read.executionId) return false;
  if (read.correlationId !== undefined && event.correlationId !== read.correlationId) return false;
  if (read.agentId === undefined || read.concerning === undefined) return true;
  return event.agentId === read.concerning || recipientOf(event) === read.concerning;
}

function* since(events: readonly ColonyEvent[], after: number): Generator<ColonyEvent> {
  for (let index = firstAfter(events, after); index < events.length; index += 1) {
    const event = events[index];
    if (event !== undefined) yield event;
  }
}

function* merged(stream: MemoryStream, after: number): Generator<ColonyEvent> {
  const { own: events, mail: reports = [] } = stream;
  let own = firstAfter(events, after);
  let mail = firstAfter(reports, after);
  for (;;) {
    const [a, b] = [events[own], reports[mail]];
    if (a !== undefined && (b === undefined || a.seq < b.seq)) {
      own += 1;
      yield a;
    } else if (b === undefined) return;
    else {
      mail += 1;
      yield b;
    }
  }
}

function firstAfter(events: readonly ColonyEvent[], after: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.seq ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
