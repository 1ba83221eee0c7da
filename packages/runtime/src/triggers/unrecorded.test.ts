import { ColonyError, type EventLog } from "@colony/core";
import { Life, checkPromises, createMemoryGround, createScriptedModel, readAll } from "@colony/testkit";
import { afterEach, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { echoes } from "../testing/said.ts";

/** A log that takes inputs, and can be told not to take what is recorded of the triggers that have sent them. */
class Refusing {
  readonly ground = createMemoryGround();
  readonly #life = new Life(this.ground);
  refuses = false;

  async open(): Promise<Colony> {
    const { log, snapshots, blobs, options } = this.#life;
    const append: EventLog["append"] = async (given) => {
      if (this.refuses && given.events.some(({ type }) => type === "TRIGGER_FIRED"))
        throw new ColonyError("log.write_failed", "the disk is full");
      return await log.append(given);
    };
    const store = { snapshots, blobs, log: { ...log, append } };
    const model = this.#life.model(createScriptedModel(echoes));
    return await openColony({ ...options, store, overseer: { model } });
  }
}

let refusing: Refusing;
let colony: Colony | undefined;
afterEach(async () => {
  await colony?.idle();
  await colony?.close();
  expect(checkPromises(await readAll(refusing.ground.log))).toEqual([]);
});

/** A webhook that was fired, which could not be recorded. */
async function firedOnce(): Promise<Colony> {
  refusing = new Refusing();
  colony = await refusing.open();
  await colony.triggers.set({ id: "hook", webhook: true });
  refusing.refuses = true;
  await colony.triggers.fire("hook", { body: "one" });
  return colony;
}

it.each<[string, (of: Colony["triggers"]) => Promise<unknown>]>([
  ["set anew", (triggers) => triggers.set({ id: "hook", webhook: true, replace: true })],
  ["removed", (triggers) => triggers.remove("hook")],
  ["fired again", (triggers) => triggers.fire("hook", { body: "two" })],
])("what a trigger has sent is recorded before it is %s", async (_how, act) => {
  const { triggers } = await firedOnce();
  await expect(act(triggers)).rejects.toMatchObject({ code: "log.write_failed" });
  refusing.refuses = false;
  await act(triggers);
});

it("what a trigger has sent is recorded as soon as it can be, whatever else was tried meanwhile", async () => {
  const { triggers } = await firedOnce();
  await expect(triggers.remove("hook")).rejects.toMatchObject({ code: "log.write_failed" });
  refusing.refuses = false;
  await refusing.ground.clock.advance(1_000);
  expect(triggers.list()).toMatchObject([{ id: "hook", fired: 1 }]);
});
