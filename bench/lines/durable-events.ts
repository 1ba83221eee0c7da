import { agentId, type AgentId, type EventLog } from "@colony/core";
import { openSqliteStore } from "@colony/storage-sqlite";
import { wallOf } from "../measure/clocks.ts";
import { openTemporaryFolder } from "../measure/folder.ts";
import { interleave, type Side } from "../measure/interleave.ts";
import type { Line } from "../measure/line.ts";
import { atLeastTimes, rowOf } from "../measure/row.ts";
import { agentIds, toolCompleted } from "../work/events.ts";
import { openRawStore, readRawRows, type RawRows } from "../work/raw-store.ts";

const NAME = "durable events per second, 64 appenders";
const APPENDERS = 64;
const EVENTS_PER_APPEND = 2;
const GROUP = APPENDERS * EVENTS_PER_APPEND;

/** The log alone: appends that share their commits, each of which is on the disk before it resolves. */
export const durableEvents: Line = {
  name: NAME,
  async measure({ quick, rounds }) {
    const count = GROUP * (quick ? 50 : 500);
    const stored = await storedEvents(count);
    const rawSide =
      (shape: "same" | "bare"): Side =>
      async () => {
        await using folder = await openTemporaryFolder();
        using raw = openRawStore(folder.path, stored, shape);
        return (count / (await wallOf(() => raw.insert(count, GROUP)))) * 1e3;
      };
    const figures = await interleave(rounds, {
      ours: async () => {
        await using folder = await openTemporaryFolder();
        await using store = await openSqliteStore({ dir: folder.path, access: "owner" });
        return (count / (await wallOf(() => appendAll(store.log, count)))) * 1e3;
      },
      bare: rawSide("bare"),
      indexed: rawSide("same"),
    });
    const row = { line: NAME, unit: "/s", ours: figures.ours, goal: atLeastTimes(0.7) };
    return [
      rowOf({ ...row, floor: figures.indexed, floorIs: "raw rows, indexed" }),
      rowOf({ ...row, floor: figures.bare, floorIs: "raw rows" }),
    ];
  },
};

async function appendAll(log: EventLog, count: number): Promise<void> {
  const appends = count / GROUP;
  await Promise.all(agentIds(APPENDERS).map((agent) => appendSome(log, agent, appends)));
}

async function appendSome(log: EventLog, agent: AgentId, appends: number): Promise<void> {
  for (let number = 0; number < appends; number += 1) {
    const events = Array.from({ length: EVENTS_PER_APPEND }, (_, place) =>
      toolCompleted(agent, number * 2 + place),
    );
    await log.append({
      agentId: agent,
      expectedVersion: number * EVENTS_PER_APPEND,
      events,
      at: 1_700_000_000_000,
    });
  }
}

/** The very rows that the log stores, so that the raw side writes to as many places of an index as we do. */
async function storedEvents(count: number): Promise<RawRows> {
  await using folder = await openTemporaryFolder();
  const store = await openSqliteStore({ dir: folder.path, access: "owner", synchronous: "normal" });
  await appendAll(store.log, count);
  const [event] = await store.log.read({ agentId: agentId("w-000000000000"), limit: 1 });
  await store.close();
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes < 440 || bytes > 540) throw new Error(`an event has ${bytes} bytes; the line says some 490`);
  return readRawRows(folder.path);
}
