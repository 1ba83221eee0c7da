import { DEFAULT_WORKER_LIMITS, type AgentCommand, type AgentId } from "@colony/core";
import { EventBus, Ledger, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createManualClock } from "@colony/testkit";
import { cpuOf } from "../measure/clocks.ts";
import { interleave, type Side } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atMostTimes, rowOf } from "../measure/row.ts";
import { agentIds } from "../work/events.ts";

const GROUP = 100;

/**
 * From a command to its events in the state and on the bus, with few agents there and with many, all of them open. That very
 * many are there is to cost nothing. Another thing is that each of them is at work in turn, so that what an event needs of its
 * agent is in no cache of the processor's any more; what that costs is told beside it.
 */
export const manyAgents: Line = {
  name: "cost of an event with many agents",
  async measure({ quick, rounds }) {
    const [few, many, commands] = quick ? [10, 2_000, 1_000] : [10, 100_000, 30_000];
    const agents = await openAgents(many);
    const floor = side(await openAgents(few), commands);
    const some = side({ ...agents, ids: agents.ids.slice(0, few) }, commands);
    const atWork = await interleave(rounds, { ours: some, floor });
    const byTurns = await interleave(rounds, { ours: side(agents, commands), floor });
    const line = `cost of an event with ${many.toLocaleString("en-US")} agents`;
    const row = { unit: "us", floorIs: `with ${few} agents`, goal: atMostTimes(1.2) };
    return [
      rowOf({ ...row, ...atWork, line: `${line}, ${few} of them at work` }),
      rowOf({ ...row, ...byTurns, line: `${line}, all at work by turns` }),
    ];
  },
};

interface Agents {
  readonly ledger: Ledger;
  readonly bus: EventBus;
  readonly ids: readonly AgentId[];
}

async function openAgents(count: number): Promise<Agents> {
  const log = createMemoryLog();
  const clock = createManualClock();
  const ledger = await Ledger.open({ log, snapshots: createMemorySnapshotStore(), clock });
  const bus = new EventBus({ log, clock, parentOf: (id) => ledger.index.get(id)?.parentId ?? undefined });
  const ids = agentIds(count);
  for (let from = 0; from < count; from += GROUP)
    await Promise.all(ids.slice(from, from + GROUP).map((id) => ledger.require(id, [SPAWN])));
  return { ledger, bus, ids };
}

const SPAWN: AgentCommand = {
  type: "agent.spawn",
  data: {
    kind: "worker",
    lifetime: "persistent",
    parentId: null,
    depth: 1,
    definitionId: "reader",
    name: null,
    label: null,
    task: null,
    batch: null,
    priority: 0,
    limits: DEFAULT_WORKER_LIMITS,
    reportSchema: null,
  },
};

const QUEUE: AgentCommand = { type: "execution.queue", correlationId: null };
const END: AgentCommand = { type: "execution.end", end: "cancelled", cause: "user", error: null };

/** Agents take turns; an execution that is queued and ended leaves a state as large as it was. */
function side({ ledger, bus, ids }: Agents, commands: number): Side {
  let next = 0;
  const step = async (): Promise<number> => {
    next += 1;
    // A stride, so that the many are all used and not those alone that lie side by side.
    const id = ids[(next * 7_919) % ids.length];
    if (id === undefined) throw new Error("there is no agent");
    const { events } = await ledger.require(id, [QUEUE]);
    const ended = await ledger.require(id, [END]);
    return events.length + ended.events.length;
  };
  const inFlight = Math.min(10, ids.length);
  return async () => {
    let events = 0;
    const { told } = bus.stats();
    const cpu = await cpuOf(async () => {
      for (let done = 0; done < commands; done += inFlight) {
        const counts = await Promise.all(Array.from({ length: inFlight }, step));
        for (const count of counts) events += count;
      }
    });
    if (bus.stats().told - told !== events) throw new Error("the bus has not told every event");
    return cpu / events;
  };
}
