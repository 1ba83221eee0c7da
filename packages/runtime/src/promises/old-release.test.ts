import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SILENT_LOGGER, defineTool, type ColonyEvent } from "@colony/core";
import { createScriptedModel } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { openColony } from "../open-colony.ts";
import { openColonyReader } from "../reader.ts";

/** What the first release wrote until it was killed. Never written anew: it stands for the folders that people have. */
const FIRST_RELEASE = readFileSync(new URL("fixtures/first-release.sql", import.meta.url), "utf8");

let root: string;
let dir: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "colony-old-"));
  dir = join(root, ".colony");
  await mkdir(dir);
  const db = new DatabaseSync(join(dir, "colony.db"));
  db.exec(FIRST_RELEASE);
  db.close();
});
afterEach(() => rm(root, { recursive: true }));

it("a colony of the first release can be looked at as it is", async () => {
  await using reader = await openColonyReader({ dir });
  expect(reader.agents().map(({ name, status }) => [name, status])).toEqual([
    [null, "open"],
    ["Ann", "closed"],
    ["Bert", "open"],
  ]);
  const ann = reader.find("Ann");
  if (ann === undefined) throw new Error("Ann is not there");
  expect(await reader.report(ann.id)).toMatchObject({ status: "success", summary: "Dug." });
  expect(await reader.conversation(ann.id)).toHaveLength(4);
  expect(reader.damages()).toEqual([]);
});

it("a colony of the first release goes on where it was killed, and nothing of it is done twice", async () => {
  const effects: string[] = [];
  const tool = (name: string) =>
    defineTool({
      name,
      description: "Works.",
      input: z.object({}),
      effect: "once",
      run: () => void effects.push(name),
    });
  const digger = createScriptedModel([{ text: "Nobody knows whether it hung." }]);
  const overseer = createScriptedModel([{ text: "Bert is done." }, { text: "The gold." }]);
  await using colony = await openColony({
    dir,
    logger: SILENT_LOGGER,
    overseer: { model: overseer },
    workers: { digger: defineWorker({ model: digger, tools: [tool("dig"), tool("hang")] }) },
  });
  await colony.idle();
  const again = await colony.inject("Find gold.", { idempotencyKey: "gold" });
  expect(await again.reply()).toBe("Ann has dug: 漢.");
  expect(await (await colony.inject("What do you remember?")).reply()).toBe("The gold.");
  expect(effects).toEqual([]);
  expect(JSON.stringify(digger.requests[0]?.prompt)).toMatch(/not known|unknown/);
  const told = JSON.stringify(overseer.requests.at(-1)?.prompt);
  for (const words of ["Find gold.", "Ann is digging.", "Dug.", "Remember the gold.", "Well remembered."])
    expect(told.split(words)).toHaveLength(2);
  const events: ColonyEvent[] = [];
  for await (const event of colony.feed({ until: colony.head() })) events.push(event);
  const reports = events.flatMap((event) => (event.type === "SUBAGENT_REPORT" ? [event.data.name] : []));
  expect(reports).toEqual(["Ann", "Bert"]);
  expect(events.filter(({ type }) => type === "TOOL_OUTCOME_UNKNOWN")).toHaveLength(1);
  expect(events.filter(({ type }) => type === "INPUT_RECEIVED")).toHaveLength(3);
});
