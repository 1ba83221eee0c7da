import { ColonyError, SILENT_LOGGER, type Append } from "@colony/core";
import { openSqliteStore, type SqliteStore } from "@colony/storage-sqlite";
import { createGate, createScriptedModel, type ModelScript } from "@colony/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { openColonySender } from "../open-sender.ts";
import type { ColonyStore } from "../options.ts";
import { ColonyPlace } from "../testing/colony-process.ts";
import { echoes, newest } from "../testing/said.ts";

const NEVER = createGate().opened;

let place: ColonyPlace;
beforeEach(async () => {
  place = await ColonyPlace.make();
});
afterEach(() => place[Symbol.asyncDispose]());

const open = (overseer: ModelScript, store?: ColonyStore): Promise<Colony> =>
  openColony({
    dir: place.dir,
    ...(store === undefined ? { durability: "normal" } : { store }),
    logger: SILENT_LOGGER,
    limits: { shutdownGraceMs: 0 },
    overseer: { model: createScriptedModel(overseer) },
  });

/** The folder's store, and the parts of it that a host works with; a test puts its own in their places. */
async function openStore() {
  const store: SqliteStore = await openSqliteStore({ dir: place.dir, access: "owner" });
  const { log, snapshots, blobs, drafts, letters } = store;
  if (letters === undefined) throw new Error("the owner has letters");
  return { store, parts: { log, snapshots, blobs, drafts, letters } };
}

const diskIsFull = () => new ColonyError("log.write_failed", "the disk is full");

describe("a letter", () => {
  it("that the log refused for a moment is done later, and not refused for good", async () => {
    const { store, parts } = await openStore();
    let tries = 0;
    const append = async (each: Append) => {
      const isInput = each.events.some(({ type }) => type === "INPUT_RECEIVED");
      if (isInput) tries += 1;
      if (isInput && tries === 1) throw diskIsFull();
      return await parts.log.append(each);
    };
    const refusing = { ...parts, log: { ...parts.log, append } };
    const colony = await open(echoes, refusing);
    await using sending = await openColonySender({ dir: place.dir });
    expect(await (await sending.inject("hello")).reply()).toBe("re: hello");
    expect(tries).toBe(2);
    await colony.close();
    await store.close();
  });

  it("that is taken late cancels what was under way when it was sent, and nothing that was begun since", async () => {
    const { store, parts } = await openStore();
    const { letters } = parts;
    let isHeld = true;
    const waiting = () => (isHeld ? [] : letters.waiting());
    const [first, second] = [createGate(), createGate()];
    const script: ModelScript = (request) => ({
      ...echoes(request),
      before: newest(request) === "one" ? first.opened : second.opened,
    });
    const holding = { ...parts, letters: { ...letters, waiting } };
    const colony = await open(script, holding);
    const one = await colony.inject("one");
    await colony.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: 0 });
    await using sending = await openColonySender({ dir: place.dir });
    const sent = await sending.cancel("overseer");
    first.open();
    expect(await one.reply()).toBe("re: one");
    const two = await colony.inject("two");
    await colony.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: two.seq });
    isHeld = false;
    // The box is looked into when something is written from beside.
    await sending.setBudget({ tokens: 1_000_000 });
    await sent.taken();
    second.open();
    expect(await two.outcome()).toMatchObject({ status: "completed", text: "re: two" });
    await colony.close();
    await store.close();
  });

  it.each(["refused once", "killed"] as const)(
    "that could not be taken out of the box (%s) stops everything once: what a person says after it goes on",
    async (how) => {
      const { store, parts } = await openStore();
      const { letters } = parts;
      const [stopped, gate] = [createGate(), createGate()];
      let removals = 0;
      const remove = async (id: string): Promise<void> => {
        removals += 1;
        if (removals > 1) return await letters.remove(id);
        stopped.open();
        if (how === "killed") await NEVER;
        throw diskIsFull();
      };
      const script: ModelScript = (request) => ({
        ...echoes(request),
        before: newest(request) === "hang" ? NEVER : gate.opened,
      });
      const failing = { ...parts, letters: { ...letters, remove } };
      const colony = await open(script, failing);
      await colony.inject("hang");
      await colony.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: 0 });
      await using sending = await openColonySender({ dir: place.dir });
      const sent = await sending.stop({ reason: "lunch" });
      await stopped.opened;
      const { seq } = await colony.inject("go on", { idempotencyKey: "1" });
      await colony.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: seq });
      if (how === "killed") await store.close();
      const next = how === "killed" ? await open(script) : colony;
      await sent.taken();
      gate.open();
      const receipt = await next.inject("go on", { idempotencyKey: "1" });
      expect(await receipt.outcome()).toMatchObject({ status: "completed", text: "re: go on" });
      await next.close();
      await store.close();
    },
  );
});
