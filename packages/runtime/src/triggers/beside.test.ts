import { SILENT_LOGGER, type ColonyEvent } from "@colony/core";
import { checkPromises, createScriptedModel } from "@colony/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { openColonySender } from "../open-sender.ts";
import { openColonyReader } from "../reader.ts";
import { ColonyPlace } from "../testing/colony-process.ts";
import { echoes } from "../testing/said.ts";
import { removeFolderTrigger, setFolderTrigger } from "./folder-triggers.ts";

const HOUR = 3_600_000;

let place: ColonyPlace;
beforeEach(async () => {
  place = await ColonyPlace.make();
});
afterEach(() => place[Symbol.asyncDispose]());

const open = (): Promise<Colony> =>
  openColony({ dir: place.dir, logger: SILENT_LOGGER, overseer: { model: createScriptedModel(echoes) } });
const sender = () => openColonySender({ dir: place.dir });

async function events(): Promise<readonly ColonyEvent[]> {
  await using reader = await openColonyReader({ dir: place.dir });
  const all: ColonyEvent[] = [];
  for await (const event of reader.feed({ until: reader.head() })) all.push(event);
  return all;
}

const count = async (type: ColonyEvent["type"]): Promise<number> =>
  (await events()).filter((event) => event.type === type).length;

describe("triggers of a colony that another process has open", () => {
  it("are set, fired and removed there", async () => {
    await using colony = await open();
    await using sending = await sender();
    const set = await sending.triggers.set({ id: "ci", webhook: true, text: "{{body.word}}" });
    expect(set.token).toHaveLength(43);
    await set.taken();
    const receipt = await colony.triggers.fire("ci", { token: set.token, body: '{"word":"one"}' });
    expect(await receipt.reply()).toBe("re: one");
    const fired = await sending.triggers.fire("ci", { body: '{"word":"two"}', idempotencyKey: "k" });
    await fired.taken();
    await (await sending.triggers.fire("ci", { body: '{"word":"two"}', idempotencyKey: "k" })).taken();
    expect(await count("TRIGGER_FIRED")).toBe(2);
    await (await sending.triggers.remove("ci")).taken();
    expect(colony.triggers.list()).toEqual([]);
    await colony.idle();
    expect(checkPromises(await events())).toEqual([]);
  });

  it("are refused at once where that can be known, and by its owner where it cannot", async () => {
    await using colony = await open();
    await using sending = await sender();
    await colony.triggers.set({ id: "tick", everyMs: HOUR, text: "go" });
    const nothing = { code: "trigger.not_found" };
    const refused = async (sent: Promise<{ taken(): Promise<void> }>): Promise<unknown> =>
      await (await sent).taken().catch((error: unknown) => error);
    expect(await refused(sending.triggers.remove("tock"))).toMatchObject(nothing);
    expect(await refused(sending.triggers.fire("tock"))).toMatchObject(nothing);
    expect(await refused(sending.triggers.fire("tick", { body: "x" }))).toMatchObject({
      code: "trigger.invalid",
    });
    expect(await refused(sending.triggers.set({ id: "tick", everyMs: HOUR, text: "no" }))).toMatchObject({
      code: "trigger.exists",
    });
    await expect(sending.triggers.set({ cron: "x", text: "go" })).rejects.toMatchObject({
      code: "trigger.invalid",
    });
    await expect(sending.triggers.set({ everyMs: HOUR, text: "go", to: "nobody" })).rejects.toMatchObject({
      code: "agent.not_found",
    });
    expect(colony.triggers.list()).toMatchObject([{ id: "tick", text: "go", fired: 0 }]);
  });

  it("are refused before they are kept where nobody has it open", async () => {
    await (await open()).close();
    await setFolderTrigger(place.dir, { id: "tick", everyMs: HOUR, text: "go" });
    await using sending = await sender();
    const { triggers } = sending;
    await expect(triggers.remove("tock")).rejects.toMatchObject({ code: "trigger.not_found" });
    await expect(triggers.fire("tock")).rejects.toMatchObject({ code: "trigger.not_found" });
    await expect(triggers.set({ id: "tick", everyMs: HOUR, text: "no" })).rejects.toMatchObject({
      code: "trigger.exists",
    });
  });
});

describe("triggers of a colony that nobody has open", () => {
  it("that were sent are set and fired first of all by whoever opens it, and what came due before was missed", async () => {
    await (await open()).close();
    {
      await using sending = await sender();
      const in50ms = Date.now() + 50;
      await sending.triggers.set({ id: "soon", at: in50ms, text: "soon" });
      while (Date.now() <= in50ms) await new Promise((resolve) => void setImmediate(resolve));
    }
    await using colony = await open();
    await colony.waitFor({ types: ["TRIGGER_FIRED"] }, { after: 0 });
    await colony.idle();
    const fired = (await events()).find(({ type }) => type === "TRIGGER_FIRED");
    expect(fired?.data).toMatchObject({ triggerId: "soon", late: true, nextAt: null });
    expect(checkPromises(await events())).toEqual([]);
  });

  it("can be set and removed in its folder, without anything being set going", async () => {
    await (await open()).close();
    const { trigger, token } = await setFolderTrigger(place.dir, { id: "ci", webhook: true });
    expect(trigger).toMatchObject({ id: "ci", agentId: "overseer" });
    expect(await setFolderTrigger(place.dir, { id: "ci", webhook: true })).toEqual({ trigger });
    await expect(setFolderTrigger(place.dir, { id: "ci", everyMs: HOUR, text: "go" })).rejects.toMatchObject({
      code: "trigger.exists",
    });
    expect(await count("COLONY_OPENED")).toBe(1);
    {
      await using colony = await open();
      await colony.triggers.fire("ci", { token, body: "built" });
      await colony.idle();
      await expect(setFolderTrigger(place.dir, { everyMs: HOUR, text: "go" })).rejects.toMatchObject({
        code: "colony.in_use",
      });
    }
    {
      await using sending = await openColonySender({ dir: place.dir });
      await sending.triggers.fire("ci", { body: "built again" });
    }
    await expect(removeFolderTrigger(place.dir, "ci")).rejects.toThrow(
      "waits for whoever opens it next (1 of it), and comes first",
    );
    await (await open()).close();
    expect(await count("LETTER_REFUSED")).toBe(0);
    await removeFolderTrigger(place.dir, "ci");
    await expect(removeFolderTrigger(place.dir, "ci")).rejects.toMatchObject({ code: "trigger.not_found" });
    expect(await count("TRIGGER_REMOVED")).toBe(1);
  });
});

describe("an owner that is killed after it has done what a letter asks for, and before the letter has left the box", () => {
  it.each([
    ["TRIGGER_SET", `triggers.set({ id: "new", everyMs: 3_600_000, text: "go" })`],
    ["TRIGGER_REMOVED", `triggers.remove("ci")`],
    ["INPUT_RECEIVED", `triggers.fire("ci", { body: "built" })`],
    ["TRIGGER_FIRED", `triggers.fire("ci", { body: "built" })`],
  ] as const)("has it done once (%s)", async (type, call) => {
    await (await open()).close();
    await setFolderTrigger(place.dir, { id: "ci", webhook: true });
    const before = await count(type);
    const owner = place.run(`
      const colony = await openColony({ dir, overseer: { model: remembering } });
      colony.select({ types: ["${type}"] }).subscribe(die);
      const sending = await openColonySender({ dir });
      await sending.${call};
      stay();
    `);
    expect(await owner.ended).toEqual([null, "SIGKILL"]);
    {
      await using colony = await open();
      await colony.idle();
    }
    await (await open()).close();
    expect(await count(type)).toBe(before + 1);
    expect(await count("LETTER_REFUSED")).toBe(0);
    expect(checkPromises(await events())).toEqual([]);
  });
});
