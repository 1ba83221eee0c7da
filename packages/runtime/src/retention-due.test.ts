import {
  AgentIndex,
  agentId,
  eventIdOf,
  inputId,
  type AgentRecord,
  type AgentState,
  type PendingInput,
} from "@colony/core";
import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { dueForPruning } from "./retention-due.ts";

const given = givenAgent().started().asked().answered("done").endedAsAsked().state;
const ended: AgentRecord = { ...given.record, closedAt: 1_000 };
const worker = (id: string, change: Partial<AgentRecord> = {}): AgentRecord => ({
  ...ended,
  id: agentId(id),
  ...change,
});
const parent = agentId("overseer");
const overseer = worker("overseer", {
  kind: "overseer",
  parentId: null,
  status: "open",
  closedAt: null,
  execution: null,
});
const mailFrom = (id: string): PendingInput => ({
  inputId: inputId(eventIdOf(agentId(id), 9)),
  kind: "report",
  mode: "steer",
  from: id,
  text: "done",
  files: [],
  report: null,
  correlationId: null,
  receivedAt: 1,
});

function due(records: readonly AgentRecord[], inbox: readonly PendingInput[] = []): readonly string[] {
  const index = new AgentIndex();
  for (const record of [{ ...overseer, pendingInputs: inbox.length }, ...records]) index.put(record);
  const stateOf = (id: AgentRecord["id"]): AgentState | undefined =>
    id === parent ? { ...given, record: overseer, inbox } : undefined;
  return dueForPruning({ index, stateOf }, 2_000).map(({ agentId: id }) => id);
}

describe("the workers whose histories may be pruned", () => {
  it("are those that were closed before that time, strictly, oldest first", () => {
    expect(
      due([
        worker("a"),
        worker("b", { closedAt: 1_999 }),
        worker("c", { closedAt: 2_000 }),
        worker("d", { closedAt: 3_000 }),
      ]),
    ).toEqual(["a", "b"]);
  });

  it.each<[string, Partial<AgentRecord>]>([
    ["is open", { status: "open", closedAt: null }],
    ["was pruned before", { prunedAt: 1_500 }],
    ["has a process whose end is not recorded", { processes: 1 }],
    ["has a report of which a person is still to be told", { notices: [] }],
    ["may be opened again and has something waiting", { lifetime: "persistent", pendingInputs: 1 }],
    ["is the overseer", { kind: "overseer" }],
    ["has a close without a time", { closedAt: null }],
  ])("are none that %s", (_what, change) => {
    expect(due([worker("a", change), worker("b")])).toEqual(["b"]);
  });

  it.each<[string, Partial<AgentRecord>]>([
    ["is persistent and closed for good", { lifetime: "persistent" }],
    ["was sent something after its end that nobody reads", { pendingInputs: 3 }],
    ["was dismissed", { dismissed: true }],
    ["was removed", { removed: true }],
    ["was seeded", { seeded: true }],
  ])("may be one that %s", (_what, change) => {
    expect(due([worker("a", change)])).toEqual(["a"]);
  });

  it("are none with anybody open below them, however deep", () => {
    const below = (id: string, above: string, change: Partial<AgentRecord> = {}): AgentRecord =>
      worker(id, { parentId: agentId(above), ...change });
    const family = [worker("a"), below("b", "a"), below("c", "b"), below("d", "a")];
    expect(due(family)).toEqual(["a", "b", "c", "d"]);
    const open = below("e", "c", { status: "open", closedAt: null });
    expect(due([...family, open])).toEqual(["d"]);
  });

  it("are none whose report or question somebody open has not been given yet", () => {
    expect(due([worker("a"), worker("b")], [mailFrom("a")])).toEqual(["b"]);
    expect(due([worker("a"), worker("b")])).toEqual(["a", "b"]);
  });
});
