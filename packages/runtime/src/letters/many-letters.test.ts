import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SILENT_LOGGER } from "@colony/core";
import { openSqliteStore } from "@colony/storage-sqlite";
import { createScriptedModel, readAll } from "@colony/testkit";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { openColonySender } from "../open-sender.ts";
import { ColonyPlace } from "../testing/colony-process.ts";

let place: ColonyPlace;
beforeEach(async () => {
  place = await ColonyPlace.make();
});
afterEach(() => place[Symbol.asyncDispose]());

const open = (): Promise<Colony> =>
  openColony({
    dir: place.dir,
    logger: SILENT_LOGGER,
    overseer: { model: createScriptedModel(() => ({ text: "yes" })) },
  });
const sender = () => openColonySender({ dir: place.dir });

async function received(): Promise<readonly string[]> {
  await using store = await openSqliteStore({ dir: place.dir, access: "reader" });
  const events = await readAll(store.log);
  return events.flatMap((event) => (event.type === "INPUT_RECEIVED" ? [event.data.text] : []));
}

it("who sends in a loop leaves the owner its turn to write, and the other senders theirs", async () => {
  await using colony = await open();
  const senders = ["a", "b"].map((name) =>
    place.run(`
      const sending = await openColonySender({ dir });
      say("ready");
      await told();
      for (let n = 0; n < 60; n += 1) await sending.inject("${name}" + n, { mode: "steer" });
      await sending.close();
      say("sent");
    `),
  );
  for (const each of senders) expect(await each.line()).toBe("ready");
  for (const each of senders) each.tell();
  const done = new AbortController();
  const sent = Promise.all(senders.map((each) => each.line())).finally(() => done.abort());
  const refused: unknown[] = [];
  let own = 0;
  for (; !done.signal.aborted; own += 1) {
    await colony.inject(`own ${own}`, { mode: "steer" }).catch((error: unknown) => refused.push(error));
    await sleep(20);
  }
  expect(await sent).toEqual(["sent", "sent"]);
  expect(refused).toEqual([]);
  await using last = await sender();
  await (await last.inject("last")).taken();
  const texts = await received();
  expect(texts.filter((text) => /^[ab]\d/.test(text))).toHaveLength(120);
  expect(texts.filter((text) => text.startsWith("own"))).toHaveLength(own);
});

it("a key is found again behind any number of letters that wait, and another sender waits for the same one", async () => {
  await (await open()).close();
  await using sending = await sender();
  await sending.inject("template", { idempotencyKey: "template" });
  const db = new DatabaseSync(join(place.dir, "colony.db"));
  db.exec(`WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1200)
    INSERT INTO letters (id, at, body) SELECT 'copy-' || n, 1, replace(body, 'template', 'copy-' || n) FROM letters, n`);
  const first = await sending.inject("pay", { idempotencyKey: "k" });
  await using two = await sender();
  const second = await two.inject("pay", { idempotencyKey: "k" });
  expect([second.inputId, second.letterId]).toEqual([first.inputId, first.letterId]);
  await expect(two.inject("pay more", { idempotencyKey: "k" })).rejects.toMatchObject({
    code: "input.key_conflict",
  });
  expect(db.prepare("SELECT count(*) AS count FROM letters").get()).toEqual({ count: 1202 });
  db.close();
});

it("where the owner received the same under the same key first, the letter's receipt is that one's", async () => {
  await using colony = await open();
  await using one = await sender();
  await using two = await sender();
  const left = await one.inject("same", { idempotencyKey: "k" });
  const own = await colony.inject("same", { idempotencyKey: "k" });
  const leftToo = await two.inject("same", { idempotencyKey: "k" });
  expect(await own.reply()).toBe("yes");
  expect([await left.reply(), await leftToo.reply()]).toEqual(["yes", "yes"]);
  expect([left.inputId, leftToo.inputId]).toEqual([own.inputId, own.inputId]);
  expect(await received()).toEqual(["same"]);
});
