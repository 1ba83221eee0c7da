import { agentId, type Snapshot, type SnapshotStore } from "@colony/core";
import { describe, expect, it } from "vitest";
import { requireContract } from "../given.ts";
import { parseJson } from "./sample-events.ts";

/** A store that a contract suite may use as it likes. */
export interface OpenedStore<Store> {
  readonly store: Store;
  /** Opens the same store again. Absent where it ends with its process. */
  readonly reopen?: () => Promise<Store>;
  dispose(): Promise<void>;
}

const snapshot = (agent: string, version: number, over: Partial<Snapshot> = {}): Snapshot => ({
  agentId: agentId(agent),
  version,
  seq: version * 10,
  open: true,
  format: "1",
  state: { agent, version },
  ...over,
});

const byAgent = (snapshots: readonly Snapshot[]): readonly Snapshot[] =>
  snapshots.toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1));

/** Registers a vitest suite that holds an implementation of `SnapshotStore` to each promise of that port. */
export function snapshotStoreContract(name: string, open: () => Promise<OpenedStore<SnapshotStore>>): void {
  requireContract("snapshotStoreContract", { name, open });
  const withStore = async (
    body: (store: SnapshotStore, opened: OpenedStore<SnapshotStore>) => Promise<void>,
  ) => {
    const opened = await open();
    try {
      await body(opened.store, opened);
    } finally {
      await opened.dispose();
    }
  };

  describe(`${name} keeps the promises of a snapshot store`, () => {
    it("starts empty", () =>
      withStore(async (store) => {
        expect(await store.completeTo()).toBe(0);
        expect(await store.list("all")).toEqual([]);
        expect(await store.get(agentId("w-1"))).toBeUndefined();
      }));

    it("gives back what was saved, exactly", () =>
      withStore(async (store) => {
        const state = parseJson('{"__proto__":{"a":[1,null]},"text":"\\ud83d 漢\\u0000","n":0.1}');
        const saved = snapshot("w-1", 3, { state, open: false, format: "r-2" });
        await store.save([saved], 42);
        expect(await store.get(saved.agentId)).toEqual(saved);
        expect(JSON.stringify((await store.get(saved.agentId))?.state)).toBe(JSON.stringify(state));
        expect(await store.completeTo()).toBe(42);
      }));

    it("keeps one snapshot per agent, the newest save", () =>
      withStore(async (store) => {
        await store.save([snapshot("w-1", 1), snapshot("w-2", 1)], 10);
        await store.save([snapshot("w-1", 2)], 20);
        expect(byAgent(await store.list("all"))).toEqual([snapshot("w-1", 2), snapshot("w-2", 1)]);
        expect(await store.completeTo()).toBe(20);
      }));

    it.each(["open", "all"] as const)("shows in turn what it lists (%s)", (which) =>
      withStore(async (store) => {
        const given = [snapshot("w-2", 1), snapshot("w-1", 1, { open: false }), snapshot("w-3", 1)];
        await store.save(given, 10);
        const seen: Snapshot[] = [];
        await store.visit(which, (each) => void seen.push(each));
        expect(byAgent(seen)).toEqual(byAgent(await store.list(which)));
        expect(seen).toHaveLength(which === "all" ? 3 : 2);
      }),
    );

    it("ends a visit with what the visitor throws, and can be used as before", () =>
      withStore(async (store) => {
        await store.save([snapshot("w-1", 1), snapshot("w-2", 1)], 10);
        const visit = store.visit("all", () => {
          throw new Error("enough");
        });
        await expect(visit).rejects.toThrow("enough");
        await store.save([snapshot("w-1", 2)], 20);
        expect(byAgent(await store.list("all"))).toEqual([snapshot("w-1", 2), snapshot("w-2", 1)]);
      }));

    it("moves what it is complete to without any snapshot", () =>
      withStore(async (store) => {
        await store.save([], 7);
        expect(await store.completeTo()).toBe(7);
      }));

    it("lists open agents only where those are asked for", () =>
      withStore(async (store) => {
        const ended = snapshot("w-2", 1, { open: false });
        await store.save([snapshot("w-1", 1), ended, snapshot("w-3", 1)], 10);
        expect(byAgent(await store.list("open"))).toEqual([snapshot("w-1", 1), snapshot("w-3", 1)]);
        await store.save([snapshot("w-1", 2, { open: false })], 20);
        expect(await store.list("open")).toEqual([snapshot("w-3", 1)]);
        expect(await store.list("all")).toHaveLength(3);
      }));

    it("forgets everything when it is cleared", () =>
      withStore(async (store) => {
        await store.save([snapshot("w-1", 1)], 10);
        await store.clear();
        expect(await store.list("all")).toEqual([]);
        expect(await store.completeTo()).toBe(0);
      }));

    it("holds a state of a megabyte and a thousand agents", () =>
      withStore(async (store) => {
        const large = snapshot("large", 1, { state: "x".repeat(1_000_000) });
        const many = Array.from({ length: 1_000 }, (_, index) => snapshot(`w-${index}`, 1));
        await store.save([large, ...many], 1);
        expect(await store.get(large.agentId)).toEqual(large);
        expect(await store.list("open")).toHaveLength(1_001);
      }));

    it("still has its snapshots after it is opened again", () =>
      withStore(async (store, { reopen }) => {
        if (reopen === undefined) return;
        await store.save([snapshot("w-1", 1), snapshot("w-2", 1, { open: false })], 10);
        const again = await reopen();
        expect(await again.list("open")).toEqual([snapshot("w-1", 1)]);
        expect(await again.completeTo()).toBe(10);
      }));
  });
}
