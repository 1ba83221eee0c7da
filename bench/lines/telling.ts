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

/** From `publish` until every subscriber has been told, the append to a log in memory included. */
export const telling: Line = {
  name: "events per second to filtered subscribers",
  async measure({ quick, rounds }) {
    const rows = [];
    for (const [subscribers, goal] of [
      [1, 0.5],
      [10, 1],
      [100, 2],
    ] as const) {
      const count = (quick ? 5_000 : 50_000) / (subscribers === 100 ? 2 : 1);
      const { ours, floor } = await interleave(rounds, {
        ours: busSide(subscribers, count),
        floor: subjectSide(subscribers, count),
      });
      rows.push(
        rowOf({
          line: `${telling.name} (${subscribers}), append in memory included`,
          unit: "/s",
          ours,
          floor,
          floorIs: "rxjs Subject + filter()",
          goal: atLeastTimes(goal),
        }),
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
    const appends = appendsOf(count);
    const wall = await wallOf(async () => {
      for (let from = 0; from < count; from += GROUP)
        await Promise.all(appends.slice(from, from + GROUP).map((append) => bus.publish(append)));
    });
    bus.close();
    check(told, subscribers, count);
    return (count / wall) * 1e3;
  };
}

function subjectSide(subscribers: number, count: number): Side {
  return async () => {
    const log = createMemoryLog();
    for (const append of appendsOf(count)) void log.append(append);
    await log.close();
    const events = log.events();
    const subject = new Subject<ColonyEvent>();
    let told = 0;
    for (const agent of AGENTS.slice(0, subscribers))
      subject.pipe(filter((event) => event.agentId === agent)).subscribe(() => (told += 1));
    const wall = await wallOf(() => {
      for (const event of events) subject.next(event);
    });
    check(told, subscribers, count);
    return (count / wall) * 1e3;
  };
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
