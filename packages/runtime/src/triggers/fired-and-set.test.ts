import { ColonyError } from "@colony/core";
import type { TriggerOptions } from "@colony/overseer";
import { checkPromises } from "@colony/testkit";
import { afterEach, describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { ECHOING, TriggerMachine } from "../testing/trigger-machine.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const matching = (words: string): unknown => expect.stringContaining(words);

const open: TriggerMachine[] = [];
afterEach(async () => {
  for (const machine of open.splice(0)) {
    await machine.settled();
    await machine.close();
    expect(checkPromises(await machine.events())).toEqual([]);
  }
});

function newMachine(): TriggerMachine {
  const machine = new TriggerMachine();
  open.push(machine);
  return machine;
}

describe("a webhook", () => {
  it("is fired with its token and its body, and told of its token once", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    const { token, trigger } = await colony.triggers.set({
      id: "ci",
      webhook: true,
      text: "built: {{body.name}}",
    });
    expect(token).toMatch(/^[\w-]{43}$/u);
    expect(trigger.nextAt).toBeNull();
    const receipt = await colony.triggers.fire("ci", { token, body: '{"name":"bee"}' });
    await machine.settled();
    expect(await receipt.reply()).toBe("re: built: bee");
    expect(JSON.stringify(await machine.events())).not.toContain(token);
    expect(await machine.told()).toEqual([`ci fired ${machine.ground.clock.now()}`]);
  });

  it("says the same of a wrong token, no token, and an id that there is not", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "ci", webhook: { token: "a token of my own" } });
    await colony.triggers.set({ id: "tick", everyMs: HOUR, text: "go" });
    const answers = await Promise.all(
      (
        [
          ["ci", "another token here"],
          ["ci", undefined],
          ["ci", ""],
          ["ci", 5],
          ["tick", "a token of my own"],
          ["tick", ""],
          ["nothing", "a token of my own"],
          ["nothing", ""],
        ] as const
      ).map(([id, token]) =>
        colony.triggers.fire(id, { token }).then(
          () => "fired",
          (error: unknown) =>
            error instanceof ColonyError ? `${error.code}: ${error.message}` : "another error",
        ),
      ),
    );
    expect(new Set(answers)).toEqual(
      new Set(["trigger.not_found: there is no webhook of that id and token"]),
    );
    expect(await machine.count("INPUT_RECEIVED")).toBe(0);
  });

  it("takes the same key once, with the same body, also after a restart", async () => {
    const machine = newMachine();
    const first = await machine.start(ECHOING);
    await first.colony.triggers.set({ id: "ci", webhook: true });
    const options = { body: "built", idempotencyKey: "delivery-1" };
    const { inputId } = await first.colony.triggers.fire("ci", options);
    expect(await first.colony.triggers.fire("ci", options)).toMatchObject({ inputId });
    await machine.close();
    const { colony } = await machine.start(ECHOING);
    const again = await colony.triggers.fire("ci", options);
    expect(again.inputId).toBe(inputId);
    await machine.settled();
    expect(await again.reply()).toBe("re: built");
    await expect(colony.triggers.fire("ci", { ...options, body: "broken" })).rejects.toMatchObject({
      code: "input.key_conflict",
    });
    expect(await machine.count("TRIGGER_FIRED")).toBe(1);
    await colony.triggers.fire("ci", { body: "built" });
    await colony.triggers.fire("ci", { body: "built" });
    expect(await machine.count("TRIGGER_FIRED")).toBe(3);
  });

  it("has keys of its own", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    for (const id of ["ci", "constructor"]) await colony.triggers.set({ id, webhook: true });
    const key = { idempotencyKey: "delivery-1" };
    await colony.inject("said", key);
    await colony.triggers.fire("ci", { body: "built", ...key });
    await colony.triggers.fire("constructor", { body: "broken", ...key });
    await machine.settled();
    expect((await machine.turns()).flat()).toEqual(["said", "built", "broken"]);
  });

  it.each<[object, string, string]>([
    [{ body: "x".repeat(65_537) }, "trigger.invalid", "body of fire is"],
    [{ body: "ü".repeat(32_769) }, "trigger.invalid", "give a text of at most 65536 bytes"],
    [{ body: 5 }, "trigger.invalid", "body of fire is 5"],
    [{ body: " " }, "input.invalid", "is empty"],
    [{ idempotencyKey: "" }, "trigger.invalid", "idempotencyKey of fire"],
    [{ key: "k" }, "trigger.invalid", "there is no option key of fire"],
  ])("refuses %# what it cannot take", async (options, code, sentence) => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "ci", webhook: true });
    await expect(colony.triggers.fire("ci", options)).rejects.toMatchObject({
      code,
      message: matching(sentence),
    });
    expect(await machine.count("INPUT_RECEIVED")).toBe(0);
    expect(await machine.count("TRIGGER_FAILED")).toBe(0);
  });

  it("takes a body of 64 kB", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "ci", webhook: true });
    await colony.triggers.fire("ci", { body: "x".repeat(65_536) });
    expect((await machine.of("INPUT_RECEIVED"))[0]?.data.text).toHaveLength(65_536);
  });
});

describe("a trigger of a schedule", () => {
  it("can be fired besides, takes no body, and goes on as it was", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "at {{due}}" });
    const key = { idempotencyKey: "now" };
    const { inputId } = await colony.triggers.fire("tick", key);
    await machine.later(MINUTE);
    expect((await colony.triggers.fire("tick", key)).inputId).toBe(inputId);
    await expect(colony.triggers.fire("tick", { body: "x" })).rejects.toMatchObject({
      code: "trigger.invalid",
      message: 'trigger "tick" is no webhook and takes no body; fire it without one, or set a webhook',
    });
    await machine.later(HOUR);
    expect(await machine.told()).toEqual(["tick fired 1000", `tick fired ${HOUR}`]);
  });
});

describe("setting and removing", () => {
  it("the same at each start is nothing new and does not begin anew", async () => {
    const machine = newMachine();
    const set = async (colony: Colony) => {
      await colony.triggers.set({ id: "tick", everyMs: HOUR, text: "go" });
      await colony.triggers.set({ id: "daily", cron: "0 9 * * *", text: "go" });
      return await colony.triggers.set({ id: "hook", webhook: true });
    };
    const first = await machine.start(ECHOING);
    expect((await set(first.colony)).token).toBeDefined();
    await machine.later(HOUR / 2);
    await machine.close();
    const { colony } = await machine.start(ECHOING);
    expect((await set(colony)).token).toBeUndefined();
    expect(await machine.count("TRIGGER_SET")).toBe(3);
    expect(colony.triggers.list()[0]?.nextAt).toBe(HOUR + 1_000);
    await machine.later(HOUR / 2);
    expect(await machine.told()).toEqual([`tick fired ${HOUR + 1_000}`]);
  });

  it("another one of the same id is refused, unless it is to replace it", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "go" });
    await machine.later(HOUR);
    await expect(
      colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "stop" }),
    ).rejects.toMatchObject({
      code: "trigger.exists",
      message:
        'there is a trigger "tick" already, and it is another one; remove it first, or set it with replace',
    });
    await colony.triggers.set({ id: "tick", everyMs: HOUR, anchor: 0, text: "stop", replace: true });
    expect(colony.triggers.list()).toMatchObject([{ text: "stop", fired: 0 }]);
    await machine.later(HOUR);
    expect((await machine.turns()).flat()).toEqual(["go", "stop"]);
  });

  it.each<[TriggerOptions, TriggerOptions, object]>([
    [
      { cron: "0 9 * * *", zone: "Asia/Tokyo", text: "go" },
      { cron: "0 9 * * *", text: "go" },
      { zone: "Asia/Tokyo" },
    ],
    [
      { cron: "0 9 * * *", text: "go" },
      { cron: "0 9 * * *", zone: "Asia/Tokyo", text: "go", replace: true },
      { zone: "Asia/Tokyo" },
    ],
    [
      { everyMs: HOUR, anchor: 5, text: "go" },
      { everyMs: HOUR, text: "go", replace: true },
      { anchor: HOUR + 1_000 },
    ],
  ])(
    "what the second of %j and %j leaves open stays, unless it replaces the first",
    async (one, two, schedule) => {
      const machine = newMachine();
      const { colony } = await machine.start(ECHOING);
      await colony.triggers.set({ id: "tick", ...one });
      await machine.later(HOUR);
      expect((await colony.triggers.set({ id: "tick", ...two })).trigger.schedule).toMatchObject(schedule);
    },
  );

  it.each<[TriggerOptions, TriggerOptions]>([
    [
      { cron: "0 9 * * *", zone: "Asia/Tokyo", text: "go" },
      { cron: "0 9 * * *", zone: "Europe/Berlin", text: "go" },
    ],
    [
      { everyMs: HOUR, anchor: 5, text: "go" },
      { everyMs: HOUR, anchor: 6, text: "go" },
    ],
  ])("%j is another one than %j", async (one, two) => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await colony.triggers.set({ id: "tick", ...one });
    await expect(colony.triggers.set({ id: "tick", ...two })).rejects.toMatchObject({
      code: "trigger.exists",
    });
  });

  it("are listed in the order in which they were set, one that was replaced last", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    for (const id of ["b", "2", "1"]) await colony.triggers.set({ id, webhook: true });
    await colony.triggers.set({ id: "b", webhook: true, replace: true });
    expect(colony.triggers.list().map(({ id }) => id)).toEqual(["2", "1", "b"]);
  });

  it("what is removed fires no more, and what is not there is named", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    const { trigger } = await colony.triggers.set({ everyMs: HOUR, text: "go" });
    await colony.triggers.remove(trigger.id);
    await machine.later(3 * HOUR);
    expect(await machine.told()).toEqual([`${trigger.id} removed`]);
    await colony.triggers.set({ id: "tick", everyMs: HOUR, text: "go" });
    for (const act of [colony.triggers.remove("tock"), colony.triggers.fire("tock")])
      await expect(act).rejects.toMatchObject({
        code: "trigger.not_found",
        message: 'there is no trigger "tock"; there are: tick',
      });
    for (const act of [colony.triggers.remove("__proto__"), colony.triggers.fire("toString")])
      await expect(act).rejects.toMatchObject({ code: "trigger.not_found" });
    await expect(colony.triggers.remove(5 as never)).rejects.toMatchObject({ code: "trigger.invalid" });
  });

  it("are for an open colony only", async () => {
    const machine = newMachine();
    const { colony } = await machine.start(ECHOING);
    await machine.close();
    const closed = { code: "colony.closed" };
    await expect(colony.triggers.set({ everyMs: HOUR, text: "go" })).rejects.toMatchObject(closed);
    await expect(colony.triggers.remove("x")).rejects.toMatchObject(closed);
    await expect(colony.triggers.fire("x")).rejects.toMatchObject(closed);
  });
});
