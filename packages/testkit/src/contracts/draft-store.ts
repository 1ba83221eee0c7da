import { agentId, callId, type Draft, type DraftStore } from "@colony/core";
import { describe, expect, it } from "vitest";
import { requireContract } from "../given.ts";
import type { OpenedStore } from "./snapshot-store.ts";

const draft = (agent: string, call: number, text: string): Draft => ({
  agentId: agentId(agent),
  callId: callId(`${agent}.1.m${call}`),
  text,
});

const byAgent = (drafts: readonly Draft[]): readonly Draft[] =>
  drafts.toSorted((a, b) => (a.agentId < b.agentId ? -1 : 1));

/** Registers a vitest suite that holds an implementation of `DraftStore` to each promise of that port. */
export function draftStoreContract(name: string, open: () => Promise<OpenedStore<DraftStore>>): void {
  requireContract("draftStoreContract", { name, open });
  const withStore = async (body: (store: DraftStore, opened: OpenedStore<DraftStore>) => Promise<void>) => {
    const opened = await open();
    try {
      await body(opened.store, opened);
    } finally {
      await opened.dispose();
    }
  };

  describe(`${name} keeps the promises of a draft store`, () => {
    it("starts empty", () =>
      withStore(async (store) => {
        expect(await store.list()).toEqual([]);
      }));

    it("gives back what was kept, exactly", () =>
      withStore(async (store) => {
        const text = `${"a draft, 漢字 🐝\u0000\n".repeat(20_000)}and its end`;
        await store.change({ keep: [draft("w-1", 1, text), draft("w-2", 1, "")], forget: [] });
        expect(byAgent(await store.list())).toEqual([draft("w-1", 1, text), draft("w-2", 1, "")]);
      }));

    it("keeps one draft for each agent, the newest", () =>
      withStore(async (store) => {
        await store.change({ keep: [draft("w-1", 1, "one"), draft("w-2", 1, "two")], forget: [] });
        await store.change({ keep: [draft("w-1", 2, "another")], forget: [] });
        expect(byAgent(await store.list())).toEqual([draft("w-1", 2, "another"), draft("w-2", 1, "two")]);
      }));

    it("forgets what it is told to, and knows nothing of strangers", () =>
      withStore(async (store) => {
        await store.change({ keep: [draft("w-1", 1, "one"), draft("w-2", 1, "two")], forget: [] });
        await store.change({ keep: [draft("w-3", 1, "three")], forget: [agentId("w-1"), agentId("w-9")] });
        expect(byAgent(await store.list())).toEqual([draft("w-2", 1, "two"), draft("w-3", 1, "three")]);
      }));

    it("still has its drafts after it is opened again", () =>
      withStore(async (store, { reopen }) => {
        await store.change({ keep: [draft("w-1", 1, "one"), draft("w-2", 1, "two")], forget: [] });
        await store.change({ keep: [], forget: [agentId("w-2")] });
        const again = reopen === undefined ? store : await reopen();
        expect(await again.list()).toEqual([draft("w-1", 1, "one")]);
      }));
  });
}
