import { agentId, type Append, type ColonyEvent } from "@colony/core";
import { EventBus, createMemoryLog } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { Subject, filter } from "rxjs";
import { wallOf } from "../measure/clocks.ts";
import { interleave, type Side } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atLeastTimes, rowOf } from "../measure/row.ts";
import { agentIds, toolCompleted } from "../work/events.ts";

const AGENTS = agentIds(100);
/** Appends that are made before the first of them is awaited: one commit. */
const GROUP = 100;

/**
 * From `publish` until every subscriber has been told, the append to a log in memory included. Beside it the Subject
 * alone, which records nothing, and the same Subject behind the same log.
 */
export const telling: Line = {
  name: "events per second to filtered subscribers",
  async measure({ quick, rounds }) {
    const rows = [];
    for (const [subscribers, goal] of [
      [1, 0.5],
      [10, 1],
      [100, 2],
    ] as const) {
      const count = (quick ? 2_000 : 50_000) / (subscribers === 100 ? 2 : 1);
      const figures = await interleave(rounds, {
        ours: busSide(subscribers, count),
        subject: subjectSide(subscribers, count),
        recorded: recordedSide(subscribers, count),
      });
      const line = `${telling.name} (${subscribers}), append in memory included`;
      const row = { line, unit: "/s", ours: figures.ours, goal: atLeastTimes(goal) };
      rows.push(
        rowOf({ ...row, floor: figures.subject, floorIs: "rxjs Subject + filter()" }),
        rowOf({ ...row, floor: figures.recorded, floorIs: "the same behind a log in memory" }),
      );
    }
    return rows;
  },
};

/** Each subscriber wants one agent of a hundred. */
function busSide(subscribers: number, count: number): Side {
  return async () => {
    const log = createMemoryLog();
    const bus = new EventBus({ log, clock: createManualClock() });
    let told = 0;
    for (const agent of AGENTS.slice(0, subscribers))
      bus.events$({ agentId: agent }).subscribe(() => (told += 1));
    const rate = await publishAll(count, (append) => bus.publish(append));
    bus.close();
    check(told, subscribers, count);
    return rate;
  };
}

function recordedSide(subscribers: number, count: number): Side {
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

function subjectSide(subscribers: number, count: number): Side {
  return async () => {
    const log = createMemoryLog();
    await publishAll(count, (append) => log.append(append));
    const { subject, told } = subjectOf(subscribers);
    const wall = await wallOf(() => {
      for (const event of log.events()) subject.next(event);
    });
    check(told(), subscribers, count);
    return (count / wall) * 1e3;
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
