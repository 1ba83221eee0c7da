import { agentId, type AgentCommand, type ColonyEvent, type EventLog } from "@colony/core";
import { createManualClock } from "@colony/testkit";
import { expect, test } from "vitest";
import { Ledger } from "./ledger.ts";
import { createMemoryLog, type MemoryLog } from "./memory-log.ts";
import { createMemorySnapshotStore } from "./memory-snapshot-store.ts";
import { input, spawn } from "./testing/commands.ts";

const parent = agentId("o");
const workers = [agentId("w-1"), agentId("w-2")];

const WORK: readonly (readonly AgentCommand[])[] = [
  [
    { type: "execution.start", host: "h" },
    { type: "model.start", model: "m" },
  ],
  [{ type: "execution.hold_up", ms: 5, until: 1_005 }],
  [{ type: "execution.cancel", cause: "user", by: "user", reason: null }],
  [{ type: "execution.end", end: "cancelled", cause: "user", error: null }],
];

/** Hands over the events that it was given, or copies of them, however many at once. */
function inPieces(log: MemoryLog, atOnce: number, what: "the events" | "copies"): EventLog {
  const handed = (event: ColonyEvent): ColonyEvent => (what === "copies" ? structuredClone(event) : event);
  return {
    ...log,
    onAppended: (listener) =>
      log.onAppended((events) => {
        for (let from = 0; from < events.length; from += atOnce)
          listener(events.slice(from, from + atOnce).map(handed));
      }),
  };
}

function open(log: EventLog): Promise<Ledger> {
  return Ledger.open({
    log,
    snapshots: createMemorySnapshotStore(),
    clock: createManualClock({ now: 1_000 }),
  });
}

/** Workers end side by side, so that events of several streams share commits, with mail for their parent in between. */
async function live(log: EventLog): Promise<Ledger> {
  const ledger = await open(log);
  await ledger.require(parent, [spawn({ kind: "overseer", depth: 0 })]);
  await Promise.all(workers.map((id) => ledger.require(id, [spawn({ parentId: parent, task: "do it" })])));
  for (const commands of WORK) await Promise.all(workers.map((id) => ledger.require(id, commands)));
  if (ledger.peek(parent)?.inbox.length !== workers.length) throw new Error("nobody has reported");
  await ledger.require(parent, [input("i-1")]);
  return ledger;
}

function known(ledger: Ledger): unknown {
  const ids = [parent, ...workers];
  return {
    states: ids.map((id) => ledger.peek(id)),
    records: ids.map((id) => ledger.index.get(id)),
    open: [...ledger.index.open()],
    budget: ledger.budgets.account(),
  };
}

test.each(
  [1, 2, 3, 1_000].flatMap((atOnce) => [[atOnce, "the events"] as const, [atOnce, "copies"] as const]),
)(
  "what a log tells %i at once, as %s, makes known what is known of one that tells commits whole",
  async (atOnce, what) => {
    const whole = createMemoryLog();
    const pieces = createMemoryLog();
    const told = known(await live(whole));
    expect(known(await live(inPieces(pieces, atOnce, what)))).toEqual(told);
    expect(known(await open(createMemoryLog({ from: pieces.events() })))).toEqual(told);
  },
);
