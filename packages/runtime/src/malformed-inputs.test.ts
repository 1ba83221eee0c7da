import { SILENT_LOGGER, inputId, type NewEvent } from "@colony/core";
import { createMemoryBlobStore, createMemoryLog, createMemorySnapshotStore } from "@colony/eventbus";
import { createScriptedModel, readAll } from "@colony/testkit";
import { expect, it } from "vitest";
import type { Colony } from "./colony.ts";
import { openColony } from "./open-colony.ts";
import { OVERSEER_ID } from "./overseer-id.ts";

const image = { mediaType: "image/png", data: "AA==" };

/** What an earlier release recorded without a word. */
it.each<[string, object]>([
  ["a mode that there is not", { mode: "steeer" }],
  ["no mode", { mode: null }],
  ["a number of files", { files: 0 }],
  ["files that are no list", { files: {} }],
  ["files that are none", { files: [{}, { mediaType: 5 }, image] }],
  ["a key that is a number", { idempotencyKey: 0 }],
])("an agent whose log holds an input with %s goes on", async (_what, malformed) => {
  const store = {
    log: createMemoryLog(),
    snapshots: createMemorySnapshotStore(),
    blobs: createMemoryBlobStore(),
  };
  const model = createScriptedModel(() => ({ text: "yes" }));
  const open = (): Promise<Colony> => openColony({ overseer: { model }, store, logger: SILENT_LOGGER });
  const first = await open();
  const { version } = (await first.overseer.state()).record;
  await first.close();
  const data = {
    inputId: inputId("i-1"),
    kind: "chat",
    mode: "queue",
    from: "user",
    text: "old",
    ...malformed,
  };
  const events = [{ type: "INPUT_RECEIVED", data } as unknown as NewEvent];
  await store.log.append({ agentId: OVERSEER_ID, expectedVersion: version, events, at: 1 });

  for (const text of ["new", "newer"]) {
    await using colony = await open();
    expect(await (await colony.inject(text)).reply()).toBe("yes");
    await colony.idle();
    expect((await colony.overseer.conversation()).at(-1)).toMatchObject({ role: "assistant" });
  }
  const ends = (await readAll(store.log)).filter(({ type }) => type.startsWith("EXECUTION_"));
  expect(ends.map(({ type }) => type).filter((type) => type === "EXECUTION_COMPLETED")).toHaveLength(3);
  expect(JSON.stringify(model.requests.at(-1)?.prompt)).toMatch(/old.*new.*newer/);
});
