import { agentId, type Append, type ColonyEvent, type EventLog } from "@colony/core";
import { EventBus, createMemoryLog } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { Subject, filter } from "rxjs";
import { wallOf } from "../measure/clocks.ts";
import { interleave, type Side } from "../measure/interleave.ts";
import type { Line, Size } from "../measure/line.ts";
import { TO_KNOW, atLeastTimes, rowOf, type Row } from "../measure/row.ts";
import { agentIds, toolCompleted } from "../work/events.ts";
import { FLOORS } from "../work/floors.ts";

const AGENTS = agentIds(100);
/** Appends that are made before the first of them is awaited: one commit. */
const GROUP = 100;

/**
 * The bus's own publishing beside a Subject's: the same recorded events, one after the other. To know besides: from
 * `publish` until every subscriber has been told, the append to a log in memory included, beside a Subject behind the same log.
 */
export const telling: Line = {
  name: "events per second to filtered subscribers",
  async measure({ quick, rounds }) {
    const rows: Row[] = [];
    const count = quick ? 2_000 : 50_000;
    const recorded = await recordedEvents(count);
    for (const [subscribers, goal] of [
      [1, 0.5],
      [10, 1],
      [100, 2],
    ] as const) {
      const sides = {
        ours: busSide(subscribers, recorded),
        subject: subjectSide(subscribers, recorded),
      };
      const { ours, subject } = await interleave(rounds, sides, quick ? "cold" : "busy");
      const line = `${telling.name} (${subscribers})`;
      rows.push(
        rowOf({ line, unit: "/s", ours, floor: subject, ...FLOORS.subject, goal: atLeastTimes(goal) }),
        await withAppend(subscribers, { quick, rounds }),
      );
    }
    return rows;
  },
};

async function withAppend(subscribers: number, { quick, rounds }: Size): Promise<Row> {
  const count = (quick ? 2_000 : 50_000) / (subscribers === 100 ? 2 : 1);
  const { ours, floor } = await interleave(rounds, {
    ours: publishingSide(subscribers, count),
    floor: recordingSide(subscribers, count),
  });
  const line = `${telling.name} (${subscribers}), append in memory included`;
  return rowOf({ line, unit: "/s", ours, floor, floorIs: "the same behind a log in memory", goal: TO_KNOW });
}

/** A bus that is told by its log of one event after the other, each a commit of its own; nothing is recorded meanwhile. */
function busSide(subscribers: number, recorded: readonly ColonyEvent[]): Side {
  return async () => {
    let tell: Parameters<EventLog["onAppended"]>[0] = () => undefined;
    const log: EventLog = {
      ...createMemoryLog(),
      onAppended(listener) {
        tell = listener;
        return () => undefined;
      },
    };
    const bus = new EventBus({ log, clock: createManualClock() });
    const told = subscribe(bus, subscribers);
    const wall = await wallOf(() => {
      for (const event of recorded) tell([event]);
    });
    bus.close();
    check(told(), subscribers, recorded.length);
    return (recorded.length / wall) * 1e3;
  };
}

function publishingSide(subscribers: number, count: number): Side {
  return async () => {
    const log = createMemoryLog();
    const bus = new EventBus({ log, clock: createManualClock() });
    const told = subscribe(bus, subscribers);
    const rate = await publishAll(count, (append) => bus.publish(append));
    bus.close();
    check(told(), subscribers, count);
    return rate;
  };
}

/** Each subscriber wants one agent of a hundred. */
function subscribe(bus: EventBus, subscribers: number): () => number {
  let told = 0;
  for (const agent of AGENTS.slice(0, subscribers))
    bus.events$({ agentId: agent }).subscribe(() => (told += 1));
  return () => told;
}

function recordingSide(subscribers: number, count: number): Side {
  return async () => {
    const log = createMemoryLog();
    const { subject, told } = subjectOf(subscribers);
    log.onAppended((events) => {
      for (const event of events) subject.next(event);
    });
    const rate = await publishAll(count, (append) => log.append(append));
    check(told(), subscribers, count);
    return rate;
  };
}

function subjectSide(subscribers: number, recorded: readonly ColonyEvent[]): Side {
  return async () => {
    const { subject, told } = subjectOf(subscribers);
    const wall = await wallOf(() => {
      for (const event of recorded) subject.next(event);
    });
    check(told(), subscribers, recorded.length);
    return (recorded.length / wall) * 1e3;
  };
}

function subjectOf(subscribers: number): {
  readonly subject: Subject<ColonyEvent>;
  readonly told: () => number;
} {
  const subject = new Subject<ColonyEvent>();
  let told = 0;
  for (const agent of AGENTS.slice(0, subscribers))
    subject.pipe(filter((event) => event.agentId === agent)).subscribe(() => (told += 1));
  return { subject, told: () => told };
}

async function publishAll(count: number, publish: (append: Append) => Promise<unknown>): Promise<number> {
  const appends = appendsOf(count);
  const wall = await wallOf(async () => {
    for (let from = 0; from < count; from += GROUP)
      await Promise.all(appends.slice(from, from + GROUP).map(publish));
  });
  return (count / wall) * 1e3;
}

async function recordedEvents(count: number): Promise<readonly ColonyEvent[]> {
  const log = createMemoryLog();
  await publishAll(count, (append) => log.append(append));
  return log.events();
}

function appendsOf(count: number): readonly Append[] {
  return Array.from({ length: count }, (_, number): Append => {
    const agent = AGENTS[number % AGENTS.length] ?? agentId("w");
    const expectedVersion = Math.floor(number / AGENTS.length);
    return { agentId: agent, expectedVersion, at: 1_700_000_000_000, events: [toolCompleted(agent, number)] };
  });
}

function check(told: number, subscribers: number, count: number): void {
  const due = (count / AGENTS.length) * subscribers;
  if (told !== due) throw new Error(`${told} of ${due} events were told`);
}
