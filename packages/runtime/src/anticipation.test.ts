import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ColonyError, SILENT_LOGGER, type ColonyEvent, type EventLog } from "@colony/core";
import { openSqliteStore, type SqliteStore } from "@colony/storage-sqlite";
import { createManualClock, createScriptedModel, readAll } from "@colony/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openColony } from "./open-colony.ts";

let dir: string;
let store: SqliteStore;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "colony-anticipation-"));
  store = await openSqliteStore({ dir, access: "owner" });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true });
});

async function open(log: EventLog) {
  const { snapshots, blobs } = store;
  const model = createScriptedModel(() => ({ text: "heard" }));
  const clock = createManualClock();
  const colony = await openColony({
    dir,
    store: { log, snapshots, blobs },
    clock,
    logger: SILENT_LOGGER,
    overseer: { model },
  });
  return { colony, model, clock };
}

const typesOf = (events: readonly ColonyEvent[]): readonly string[] => events.map(({ type }) => type);

it("what an idle overseer is told, and the start of the model call for it, are one disk commit", async () => {
  await using colony = (await open(store.log)).colony;
  // What runs agents is loaded by then.
  await (await colony.inject("hello")).reply();
  await colony.idle();
  const commits: (readonly string[])[] = [];
  store.log.onAppended((events) => void commits.push(typesOf(events)));
  await (await colony.inject("and again")).reply();
  expect(commits[0]).toEqual([
    "INPUT_RECEIVED",
    "EXECUTION_QUEUED",
    "EXECUTION_STARTED",
    "INPUT_DELIVERED",
    "MESSAGE_APPENDED",
    "MODEL_CALL_STARTED",
  ]);
});

it("an input that could not be stored begins nothing, also when the disk is there again", async () => {
  let isBroken = false;
  const log: EventLog = {
    ...store.log,
    append: async (append) => {
      if (isBroken) throw new ColonyError("log.write_failed", "the disk is gone");
      return await store.log.append(append);
    },
  };
  const { colony, model, clock } = await open(log);
  isBroken = true;
  await expect(colony.inject("lost")).rejects.toMatchObject({ code: "log.write_failed" });
  const before = store.log.head();
  isBroken = false;
  await clock.advance(60_000);
  await colony.idle();
  expect(store.log.head()).toBe(before);
  expect(model.requests).toHaveLength(0);

  expect(await (await colony.inject("kept")).reply()).toBe("heard");
  const events = await readAll(store.log);
  expect(events.flatMap((event) => (event.type === "INPUT_RECEIVED" ? event.data.text : []))).toEqual([
    "kept",
  ]);
  expect(typesOf(events).filter((type) => type === "EXECUTION_QUEUED")).toHaveLength(1);
  await colony.close();
});

it("what is said while a stop is being recorded begins nothing until a person says something again", async () => {
  const { colony, model } = await open(store.log);
  const stopping = colony.stop();
  const receipt = await colony.inject("go on");
  await stopping;
  await colony.idle();
  expect(model.requests).toHaveLength(0);
  await (await colony.inject("now")).reply();
  expect(await receipt.outcome()).toMatchObject({ status: "completed", text: "heard" });
  await colony.close();
});
