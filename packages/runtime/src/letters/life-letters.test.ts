import { setTimeout as sleep } from "node:timers/promises";
import { ColonyError, SILENT_LOGGER, type ColonyEvent } from "@colony/core";
import { openSqliteStore } from "@colony/storage-sqlite";
import { checkPromises, createGate, createScriptedModel, readAll } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
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

const open = (store?: ColonyStore): Promise<Colony> => {
  const model = createScriptedModel((request) =>
    newest(request) === "hang" ? { text: "never", before: NEVER } : echoes(request),
  );
  return openColony({
    dir: place.dir,
    ...(store === undefined ? { durability: "normal" } : { store }),
    logger: SILENT_LOGGER,
    limits: { shutdownGraceMs: 0 },
    overseer: { model },
    workers: {
      helper: defineWorker({ model, lifetime: "persistent" }),
      once: defineWorker({ model }),
    },
  });
};

async function events(): Promise<readonly ColonyEvent[]> {
  await using store = await openSqliteStore({ dir: place.dir, access: "reader" });
  return await readAll(store.log);
}

it("a worker is closed, opened again, dismissed and removed from beside, while its colony is open", async () => {
  await using colony = await open();
  const tom = await colony.spawn("helper", { task: "hang", name: "Tom" });
  await colony.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: 0 });
  await tom.send("later", { mode: "queue" });
  await using sending = await openColonySender({ dir: place.dir });
  await (await sending.ask("close", "Tom", { reason: "lunch" })).taken();
  expect(tom.record).toMatchObject({ status: "closed", pendingInputs: 1 });
  await (await sending.ask("reopen", "Tom")).taken();
  expect(await tom.wait()).toMatchObject({ status: "idle", lastOutput: "re: later" });
  await (await sending.ask("dismiss", tom.id)).taken();
  expect(tom.record.dismissed).toBe(true);
  await expect((await sending.ask("remove", "Tom")).taken()).rejects.toMatchObject({
    code: "agent.not_closed",
    message: 'worker "Tom" is idle; close or stop it before removing it',
  });
  await (await sending.ask("close", "Tom")).taken();
  await (await sending.ask("remove", "Tom")).taken();
  expect(() => colony.worker("Tom")).toThrow(expect.objectContaining({ code: "agent.not_found" }));
  expect(checkPromises(await events())).toEqual([]);
});

it("what is asked for while nobody has it open is done in its order by whoever opens it next", async () => {
  const first = await open();
  const { id } = await first.spawn("helper", { task: "t", name: "Tom" });
  await first.worker("Tom").wait();
  await first.close();
  await using sending = await openColonySender({ dir: place.dir });
  await sending.ask("close", "Tom");
  await sending.ask("dismiss", "Tom");
  await sending.ask("remove", "Tom");
  await using colony = await open();
  expect(colony.agents().map(({ kind }) => kind)).toEqual(["overseer"]);
  const own = (await events()).filter((event) => event.agentId === id).map(({ type }) => type);
  expect(own.slice(-3)).toEqual(["AGENT_CLOSED", "AGENT_DISMISSED", "AGENT_REMOVED"]);
});

it("what can never be done is refused before it is sent", async () => {
  await using colony = await open();
  const once = await colony.spawn("once", { task: "t", name: "Once" });
  await once.report();
  await using sending = await openColonySender({ dir: place.dir });
  const head = colony.head();
  for (const [word, who, code] of [
    ["close", "overseer", "agent.not_a_worker"],
    ["dismiss", "overseer", "agent.not_a_worker"],
    ["remove", "overseer", "agent.not_a_worker"],
    ["reopen", "Once", "agent.not_persistent"],
    ["close", "nobody", "agent.not_found"],
    ["closing", "Once", "usage.invalid"],
  ] as const)
    await expect(sending.ask(word as "close", who)).rejects.toMatchObject({ code });
  expect(colony.head()).toBe(head);
  await sleep(5);
  expect(await colony.prune({ olderThanMs: 1 })).toMatchObject({ agents: 1 });
  await using later = await openColonySender({ dir: place.dir });
  await expect(later.ask("reopen", "Once")).rejects.toMatchObject({ code: "agent.pruned" });
});

describe("a letter that could not be taken out of the box", () => {
  /** A host that has the folder, and whose store fails, or is killed, at the first letter that is done. */
  const openFailing = async (how: "refused once" | "killed") => {
    const store = await openSqliteStore({ dir: place.dir, access: "owner" });
    const atRemoval = createGate();
    let removals = 0;
    const remove = async (id: string): Promise<void> => {
      removals += 1;
      if (removals === 1) {
        atRemoval.open();
        if (how === "killed") await NEVER;
        throw new ColonyError("log.write_failed", "the disk is full");
      }
      await store.letters?.remove(id);
    };
    const { log, snapshots, blobs, drafts } = store;
    if (store.letters === undefined) throw new Error("the owner has letters");
    const failing = { log, snapshots, blobs, drafts, letters: { ...store.letters, remove } };
    const colony = await open(failing);
    return { store, colony, done: atRemoval.opened };
  };

  it.each([
    ["stop", "refused once"],
    ["stop", "killed"],
    ["close", "refused once"],
    ["close", "killed"],
  ] as const)("is not done again: %s, %s", async (word, how) => {
    const { store, colony, done } = await openFailing(how);
    const tom = await colony.spawn("helper", { task: "hang", name: "Tom" });
    await colony.waitFor({ types: ["MODEL_CALL_STARTED"] }, { after: 0 });
    await using sending = await openColonySender({ dir: place.dir });
    const sent = await (word === "stop" ? sending.stop({ agent: "Tom" }) : sending.ask("close", "Tom"));
    await done;
    await tom.reopen();
    await tom.send("hello");
    if (how === "killed") await store.close();
    const next = how === "killed" ? await open() : colony;
    await sent.taken();
    expect(await next.worker("Tom").wait()).toMatchObject({ status: "idle", lastOutput: "re: hello" });
    expect((await events()).filter(({ type }) => type === "AGENT_CLOSED")).toHaveLength(1);
    await next.close();
    await store.close();
  });

  it.each(["refused once", "killed"] as const)("is refused once and for all, %s", async (how) => {
    const { store, colony, done } = await openFailing(how);
    const tom = await colony.spawn("helper", { task: "hello", name: "Tom" });
    await tom.wait();
    await using sending = await openColonySender({ dir: place.dir });
    const sent = await sending.ask("remove", "Tom");
    await done;
    await tom.close();
    if (how === "killed") await store.close();
    const next = how === "killed" ? await open() : colony;
    await expect(sent.taken()).rejects.toMatchObject({ code: "agent.not_closed" });
    expect(next.worker("Tom").record.status).toBe("closed");
    await next.close();
    await store.close();
  });
});
