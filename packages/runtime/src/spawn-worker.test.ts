import { createScriptedModel, createSequenceIds } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { expect, it } from "vitest";
import { openColony } from "./open-colony.ts";

it("an id source that gives the id of an earlier worker is refused, and that worker is not given for the new one", async () => {
  const store = {
    log: createMemoryLog(),
    blobs: createMemoryBlobStore(),
    snapshots: createMemorySnapshotStore(),
  };
  const model = createScriptedModel(() => ({ text: "done" }));
  const open = () =>
    openColony({
      store,
      ids: createSequenceIds(),
      overseer: { model },
      workers: { reader: defineWorker({ model }) },
    });
  {
    await using colony = await open();
    expect(await (await colony.spawn("reader", { task: "one" })).report()).toMatchObject({ task: "one" });
  }
  await using colony = await open();
  const head = colony.head();
  await expect(colony.spawn("reader", { task: "two" })).rejects.toMatchObject({
    code: "usage.invalid",
    message:
      'the id source has given "w-1", which is a worker of this colony already; give openColony one whose ids never come twice, also after it is opened again',
  });
  expect(colony.head()).toBe(head);
  expect(await (await colony.spawn("reader", { task: "three" })).report()).toMatchObject({ task: "three" });
});
