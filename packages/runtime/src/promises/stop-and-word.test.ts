import { SILENT_LOGGER, type Append, type ColonyEvent, type EventType } from "@colony/core";
import { createMemoryLog, createMemoryBlobStore, createMemorySnapshotStore } from "@colony/eventbus";
import { createScriptedModel, readAll } from "@colony/testkit";
import { expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { echoes } from "../testing/said.ts";

/** A colony that a person has stopped, and what is said just before the next stop is written. */
async function stopped(before: (colony: Colony) => void) {
  const log = createMemoryLog();
  let stops = 0;
  const append = (each: Append): Promise<readonly ColonyEvent[]> => {
    if (each.events[0]?.type === "DISPATCH_BLOCKED") stops += 1;
    if (stops === 2) {
      stops += 1;
      before(colony);
    }
    return log.append(each);
  };
  const store = {
    log: { ...log, append },
    snapshots: createMemorySnapshotStore(),
    blobs: createMemoryBlobStore(),
  };
  const colony = await openColony({
    logger: SILENT_LOGGER,
    store,
    overseer: { model: createScriptedModel(echoes) },
    limits: { shutdownGraceMs: 0 },
  });
  await colony.stop({ reason: "first" });
  const head = colony.head();
  const since = async (): Promise<readonly EventType[]> =>
    (await readAll(log)).filter(({ seq }) => seq > head).map(({ type }) => type);
  return { colony, since };
}

/** Lets everything run that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1)
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
}

it("a stop that comes after a person's word is not lifted by it, though that word was to lift an earlier one", async () => {
  const { colony: opened, since } = await stopped((stopping) => void stopping.inject("go on"));
  await using colony = opened;
  await colony.stop({ reason: "second" });
  await turns();
  expect(await since()).toEqual(["INPUT_RECEIVED", "DISPATCH_BLOCKED"]);
  expect(colony.state.blocks).toMatchObject([{ owner: "user", reason: "second" }]);
  expect(await (await colony.inject("now go on", { mode: "steer" })).reply()).toContain("now go on");
  expect(colony.state.blocks).toEqual([]);
});

it("a stop of what is stopped already is recorded, as a word that lifts the first one may be on its way", async () => {
  const { colony: opened, since } = await stopped(() => undefined);
  await using colony = opened;
  const receipt = colony.inject("go on");
  const stop = colony.stop({ reason: "second" });
  await Promise.all([receipt, stop]);
  await turns();
  expect(await since()).toEqual(["INPUT_RECEIVED", "DISPATCH_BLOCKED"]);
  expect(colony.state.blocks).toHaveLength(1);
});
