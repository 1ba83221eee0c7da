import { givenAgent } from "@colony/testkit";
import { describe, expect, it } from "vitest";
import { agentId, batchId, type AgentId } from "../ids.ts";
import type { AgentRecord } from "../state/agent-state.ts";
import { AgentIndex } from "./agent-index.ts";
import { STATUS_WORDS, agentList, listCursor, type AgentListQuery } from "./agent-list.ts";
import { statusWord } from "./status.ts";

const { record } = givenAgent().state;
const named = (id: string, change: Partial<AgentRecord> = {}): AgentRecord => ({
  ...record,
  id: agentId(id),
  ...change,
});
const indexOf = (...records: readonly AgentRecord[]): AgentIndex => {
  const index = new AgentIndex();
  for (const each of records) index.put(each);
  return index;
};
const idsOf = (index: AgentIndex, query: AgentListQuery, limit = 50): readonly AgentId[] =>
  agentList(index, query, { limit }).items.map(({ id }) => id);

const closed = (at: number): Partial<AgentRecord> => ({ status: "closed", closedAt: at });

describe("a list of workers", () => {
  const index = indexOf(
    named("overseer", { kind: "overseer", parentId: null, spawnedAt: 1 }),
    named("w-old", { spawnedAt: 10, definitionId: "coder", ...closed(50), owner: "ada" }),
    named("w-b1", { spawnedAt: 20, batch: { id: batchId("b"), index: 9, size: 12 }, definitionId: "tester" }),
    named("w-b2", {
      spawnedAt: 20,
      batch: { id: batchId("b"), index: 10, size: 12 },
      definitionId: "tester",
    }),
    named("w-child", { spawnedAt: 30, parentId: agentId("w-b1"), depth: 2, owner: "ada" }),
    named("w-away", { spawnedAt: 40, dismissed: true }),
    named("w-gone", { spawnedAt: 45, ...closed(46), removed: true }),
  );

  it.each<[string, AgentListQuery, readonly string[]]>([
    ["everybody but who was dismissed or removed, newest first", {}, ["w-child", "w-b2", "w-b1", "w-old"]],
    ["who was dismissed as well", { dismissed: true }, ["w-away", "w-child", "w-b2", "w-b1", "w-old"]],
    ["by owner", { owner: "ada" }, ["w-child", "w-old"]],
    ["by an owner whom nobody knows", { owner: "eve" }, []],
    ["by definition", { definition: "tester" }, ["w-b2", "w-b1"]],
    ["by a definition that there is not", { definition: "painter" }, []],
    ["by parent", { parent: agentId("w-b1") }, ["w-child"]],
    ["by a parent that there is not", { parent: agentId("nobody") }, []],
    ["by batch", { batch: "b" }, ["w-b2", "w-b1"]],
    ["by a batch that there is not", { batch: "c" }, []],
    ["by several conditions", { batch: "b", parent: agentId("overseer"), definition: "coder" }, []],
    ["of those closed since", { closedSince: 50 }, ["w-child", "w-b2", "w-b1", "w-old"]],
    ["without those closed before, strictly", { closedSince: 51 }, ["w-child", "w-b2", "w-b1"]],
  ])("is of %s", (_what, query, ids) => {
    expect(idsOf(index, query)).toEqual(ids);
  });

  it("by status takes the word that lists show, one or several", () => {
    const words = new Map(
      [...index.all()].filter(({ kind }) => kind === "worker").map((each) => [each.id, statusWord(each)]),
    );
    for (const status of STATUS_WORDS)
      expect(new Set(idsOf(index, { status: [status], dismissed: true }))).toEqual(
        new Set([...words].filter(([, word]) => word === status).map(([id]) => id)),
      );
    expect(idsOf(index, { status: STATUS_WORDS, dismissed: true })).toHaveLength(words.size);
  });

  it("is read in pages that together are the whole, however small they are", () => {
    const all = idsOf(index, { dismissed: true });
    for (let limit = 1; limit <= all.length + 1; limit += 1) {
      const seen: AgentId[] = [];
      let after: Parameters<typeof agentList>[2]["after"];
      for (;;) {
        const { items, next, total } = agentList(index, { dismissed: true }, { limit, after });
        expect(total).toBe(all.length);
        seen.push(...items.map(({ id }) => id));
        if (next === null) break;
        expect(items).toHaveLength(limit);
        after = listCursor.read(listCursor.write(next));
        expect(after).toEqual(next);
      }
      expect(seen).toEqual(all);
    }
  });

  it("goes on where it was although others have come, and one of those shown has gone", () => {
    const growing = indexOf(...[1, 2, 3, 4].map((at) => named(`w-${at}`, { spawnedAt: at })));
    const first = agentList(growing, {}, { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(["w-4", "w-3"]);
    growing.put(named("w-5", { spawnedAt: 5 }));
    growing.put(named("w-3", { spawnedAt: 3, ...closed(4), removed: true }));
    const second = agentList(growing, {}, { limit: 2, after: first.next ?? undefined });
    expect(second.items.map(({ id }) => id)).toEqual(["w-2", "w-1"]);
    expect(second).toMatchObject({ next: null, total: 4 });
  });
});

describe("a cursor", () => {
  it.each(["w-1", "w \u{1f41d} with a space", "1 2", "x".repeat(200)])(
    "brings back the place behind %j",
    (id) => {
      for (const spawnedAt of [0, 1_750_000_000_000, 12.5, -3]) {
        const text = listCursor.write({ spawnedAt, index: 3, id: agentId(id) });
        expect(text).toMatch(/^[0-9a-f]+$/);
        expect(listCursor.read(text)).toEqual({ spawnedAt, index: 3, id });
      }
    },
  );

  it.each(["", "x", "12", "zz", "7b7d", "ff", "31", "31 20", "20".repeat(900), "MSB3LTE="])(
    "is not %j",
    (text) => {
      expect(listCursor.read(text)).toBeUndefined();
    },
  );
});
