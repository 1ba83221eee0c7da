import { SILENT_LOGGER, defineTool, type ColonyEvent } from "@colony/core";
import { openSqliteStore } from "@colony/storage-sqlite";
import { checkPromises, createGate, createScriptedModel, readAll } from "@colony/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { openColonySender } from "../open-sender.ts";
import type { ColonyStore } from "../options.ts";
import type { ColonySender, Sent } from "../sender.ts";
import { ColonyPlace } from "../testing/colony-process.ts";
import { calls, heard, results } from "../testing/said.ts";

const NEVER = createGate().opened;

let place: ColonyPlace;
beforeEach(async () => {
  place = await ColonyPlace.make();
});
afterEach(() => place[Symbol.asyncDispose]());

const pay = defineTool({
  name: "pay",
  description: "Pays a sum.",
  input: z.object({ sum: z.number() }),
  needsApproval: true,
  run: ({ sum }) => `paid ${sum}`,
});

const model = createScriptedModel((request) => {
  const said = heard(request).at(-1);
  if (said === "pay" && results(request).length === 0) return calls(["pay", { sum: 5 }]);
  if (said === "ask" && results(request).length === 0)
    return calls(["ask_user", { questions: [{ id: "why", question: "Why?" }] }]);
  return { text: `re: ${said}` };
});

const open = (store?: ColonyStore): Promise<Colony> =>
  openColony({
    dir: place.dir,
    ...(store === undefined ? { durability: "normal" } : { store }),
    logger: SILENT_LOGGER,
    limits: { shutdownGraceMs: 0 },
    overseer: { model, tools: [pay] },
  });

async function events(): Promise<readonly ColonyEvent[]> {
  await using store = await openSqliteStore({ dir: place.dir, access: "reader" });
  return await readAll(store.log);
}

interface Scene {
  readonly colony: Colony;
  readonly sender: ColonySender;
}

/** What is asked for from beside, and what happens before its owner is killed, which cannot take the letter out of the box. */
interface Course {
  readonly before?: (colony: Colony) => Promise<unknown>;
  readonly send: (scene: Scene) => Promise<Sent>;
  readonly since?: (colony: Colony) => Promise<unknown>;
}

/** The colony of the next owner, once the letter has left the box. */
async function goneOn({ before, send, since }: Course): Promise<Colony> {
  const store = await openSqliteStore({ dir: place.dir, access: "owner" });
  const { letters, log, snapshots, blobs, drafts } = store;
  if (letters === undefined) throw new Error("the owner has letters");
  const done = createGate();
  const remove = async (): Promise<void> => {
    done.open();
    await NEVER;
  };
  const stuck = { log, snapshots, blobs, drafts, letters: { ...letters, remove } };
  const colony = await open(stuck);
  await before?.(colony);
  await using sender = await openColonySender({ dir: place.dir });
  const sent = await send({ colony, sender });
  await done.opened;
  await since?.(colony);
  await store.close();
  const next = await open();
  await sent.taken();
  await next.idle();
  return next;
}

describe("what a letter has asked for, and its owner was killed before it could take it out of the box,", () => {
  it("stays removed no longer than until it is set again", async () => {
    const set = (colony: Colony): Promise<unknown> => colony.triggers.set({ id: "ci", webhook: true });
    await using colony = await goneOn({
      before: set,
      send: ({ sender }) => sender.triggers.remove("ci"),
      since: set,
    });
    expect(colony.triggers.list()).toHaveLength(1);
  });

  it("is not set once more when it has been removed", async () => {
    await using colony = await goneOn({
      send: ({ sender }) => sender.triggers.set({ id: "ci", webhook: true }),
      since: (owner) => owner.triggers.remove("ci"),
    });
    expect(colony.triggers.list()).toEqual([]);
  });

  it("is not fired once more when it has been fired again", async () => {
    const fire = { body: "built" };
    await using colony = await goneOn({
      before: (owner) => owner.triggers.set({ id: "ci", webhook: true }),
      send: ({ sender }) => sender.triggers.fire("ci", fire),
      since: (owner) => owner.triggers.fire("ci", fire),
    });
    expect((await events()).filter(({ type }) => type === "INPUT_RECEIVED")).toHaveLength(2);
    expect(colony.triggers.list()).toMatchObject([{ fired: 2 }]);
  });

  it("is no budget any more when another one was set", async () => {
    await using colony = await goneOn({
      send: ({ sender }) => sender.setBudget({ workers: 3 }),
      since: (owner) => owner.setBudget({ workers: 9 }),
    });
    expect(colony.budget().budget).toEqual({ workers: 9 });
  });

  it.each<[string, (scene: Scene, request: string) => Promise<Sent>]>([
    ["ask", ({ sender }, request) => sender.answer(request, "Because.")],
    ["pay", ({ sender }, request) => sender.approve(request, { input: { sum: 6 } })],
    ["pay", ({ sender }, request) => sender.deny(request)],
  ])("is no second word on a call (%s)", async (said, send) => {
    await using colony = await goneOn({
      before: async (owner) => {
        await owner.inject(said);
        await owner.idle();
      },
      send: (scene) => send(scene, scene.colony.pending()[0]?.id ?? "none"),
      since: (owner) => owner.idle(),
    });
    expect(colony.pending()).toEqual([]);
    const all = await events();
    expect(all.filter(({ type }) => type === "LETTER_REFUSED")).toEqual([]);
    expect(checkPromises(all)).toEqual([]);
  });
});
