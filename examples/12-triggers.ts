// Triggers: what tells the overseer something by itself. A schedule, a webhook, and a weekend in which nobody had the colony
// open. The clock is a manual one, so that it takes no time.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOfflineModel } from "@colony/offline";
import { openColony, type Colony } from "@colony/runtime";
import { createManualClock } from "@colony/testkit";

const root = await mkdtemp(join(tmpdir(), "colony-triggers-"));
const clock = createManualClock({ now: Date.parse("2026-03-06T07:00:00Z") }); // a Friday, 8 in Berlin
const HOUR = 3_600_000;

async function open(): Promise<Colony> {
  const colony = await openColony({
    dir: join(root, ".colony"),
    clock,
    overseer: { model: createOfflineModel() },
  });
  // The same at each start is nothing new.
  await colony.triggers.set({
    id: "news",
    cron: "0 9 * * 1-5",
    zone: "Europe/Berlin",
    text: "Look for news since {{due}}",
  });
  await colony.triggers.set({ id: "beat", everyMs: HOUR, anchor: 0, text: "Still there?", missed: "skip" });
  return colony;
}

async function later(colony: Colony, hours: number): Promise<void> {
  await clock.advance(hours * HOUR);
  await colony.waitFor({ types: ["TRIGGER_FIRED"] }, { after: 0 });
  await colony.idle();
}

{
  await using colony = await open();
  const { token } = await colony.triggers.set({
    id: "ci",
    webhook: true,
    text: "The build is {{body.state}}",
  });
  await later(colony, 1);
  const receipt = await colony.triggers.fire("ci", {
    token,
    body: JSON.stringify({ state: "green" }),
    idempotencyKey: "delivery-1",
  });
  await receipt.outcome();
  const wrong = colony.triggers.fire("ci", { token: "guessed", body: "{}" });
  await wrong.catch((error: unknown) =>
    console.log(`who guesses is told: ${error instanceof Error ? error.message : ""}`),
  );
}

// A weekend. On Monday, at half past nine in Berlin, somebody opens it again.
await clock.advance(72.5 * HOUR);
{
  await using colony = await open();
  await later(colony, 0);
  const turns = new Map<string, string[]>();
  for await (const { type, data, executionId = "" } of colony.feed({ until: colony.head() })) {
    if (type === "TRIGGER_FIRED")
      console.log(
        `${data.triggerId} fired, due ${new Date(data.dueAt).toISOString()}${data.late === true ? ", late" : ""}`,
      );
    if (type === "TRIGGER_MISSED") console.log(`${data.triggerId} missed ${data.count}`);
    if (type === "MESSAGE_APPENDED" && data.message.role === "user")
      turns.set(executionId, [...(turns.get(executionId) ?? []), data.message.text]);
  }
  for (const texts of turns.values()) console.log(`in one turn: ${texts.join(" / ")}`);
  for (const { id, nextAt } of colony.triggers.list())
    console.log(`${id}: ${nextAt === null ? "when it is fired" : `next ${new Date(nextAt).toISOString()}`}`);
}
await rm(root, { recursive: true });
