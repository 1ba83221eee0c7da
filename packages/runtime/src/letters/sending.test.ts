import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { SILENT_LOGGER, type ColonyEvent, type EventOf, type EventType } from "@colony/core";
import { openSqliteStore } from "@colony/storage-sqlite";
import { checkPromises, createScriptedModel, readAll, type ModelScript } from "@colony/testkit";
import { defineWorker } from "@colony/worker";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Colony } from "../colony.ts";
import { openColony } from "../open-colony.ts";
import { openColonySender } from "../open-sender.ts";
import { ColonyPlace } from "../testing/colony-process.ts";

const matching = (words: RegExp): unknown => expect.stringMatching(words);

let place: ColonyPlace;
beforeEach(async () => {
  place = await ColonyPlace.make();
});
afterEach(() => place[Symbol.asyncDispose]());

const open = (overseer: ModelScript = () => ({ text: "yes" })): Promise<Colony> => {
  const model = createScriptedModel(overseer);
  return openColony({
    dir: place.dir,
    logger: SILENT_LOGGER,
    overseer: { model },
    workers: { helper: defineWorker({ model }) },
  });
};
const sender = () => openColonySender({ dir: place.dir });

async function events(): Promise<readonly ColonyEvent[]> {
  await using store = await openSqliteStore({ dir: place.dir, access: "reader" });
  return await readAll(store.log);
}

async function of<T extends EventType>(type: T): Promise<readonly EventOf<T>[]> {
  return (await events()).filter((event): event is Extract<ColonyEvent, EventOf<T>> => event.type === type);
}

const received = async (): Promise<readonly string[]> =>
  (await of("INPUT_RECEIVED")).map(({ data }) => data.text);

/** An owner in the middle of its first model call, which goes on when it is told to. */
const OWNER_AT_WORK = `
  const model = createScriptedModel(async (request, index) => {
    if (index === 0) { say("asked"); await told(); }
    return { text: "heard: " + heard(request).join(" | ") };
  });
  const colony = await openColony({ dir, overseer: { model } });
  void colony.inject("first");
  stay();
`;

const OWNER = `await openColony({ dir, overseer: { model: remembering } }); stay(); say("open");`;

describe("sending to a colony that another process has open", () => {
  it("is taken without disturbing what runs, and answered", async () => {
    const owner = place.run(OWNER_AT_WORK);
    expect(await owner.line()).toBe("asked");
    await using sending = await sender();
    const sent = await sending.inject("second");
    await sent.taken();
    expect(await received()).toEqual(["first", "second"]);
    owner.tell();
    expect(await sent.reply()).toBe("heard: first | second");
    const started = await of("EXECUTION_STARTED");
    expect(started.map(({ executionId, data }) => [executionId, data.attempt])).toEqual([
      ["overseer.1", 1],
      ["overseer.2", 1],
    ]);
    expect(await of("MODEL_CALL_FAILED")).toEqual([]);
    expect(await of("COLONY_OPENED")).toHaveLength(1);
  });

  it("cancels, stops and raises the budget there", async () => {
    const owner = place.run(OWNER_AT_WORK);
    expect(await owner.line()).toBe("asked");
    await using sending = await sender();
    await (await sending.setBudget({ tokens: 1_000_000 })).taken();
    await (await sending.setBudget({ toolCalls: 7 })).taken();
    await (await sending.cancel("overseer", { reason: "not that" })).taken();
    expect(await of("BUDGET_SET")).toMatchObject([
      { data: { budget: { tokens: 1_000_000 } } },
      { data: { budget: { tokens: 1_000_000, toolCalls: 7 } } },
    ]);
    expect(await of("EXECUTION_CANCELLED")).toMatchObject([
      { executionId: "overseer.1", data: { error: { message: "not that" } } },
    ]);
    await (await sending.stop({ reason: "lunch" })).taken();
    expect(await of("DISPATCH_BLOCKED")).toMatchObject([{ data: { owner: "user", reason: "lunch" } }]);
    expect(await (await sending.inject("again")).reply()).toMatch(/again$/);
    expect(await of("DISPATCH_UNBLOCKED")).toHaveLength(1);
  });

  it("is one input for one key, whoever sends it how often, and another text is a conflict", async () => {
    await using colony = await open();
    const [one, two] = [await sender(), await sender()];
    const first = await one.inject("pay", { idempotencyKey: "k" });
    expect((await two.inject("pay", { idempotencyKey: "k" })).inputId).toBe(first.inputId);
    await expect(two.inject("pay more", { idempotencyKey: "k" })).rejects.toMatchObject({
      code: "input.key_conflict",
    });
    await first.taken();
    expect((await two.inject("pay", { idempotencyKey: "k" })).inputId).toBe(first.inputId);
    expect((await colony.inject("pay", { idempotencyKey: "k" })).inputId).toBe(first.inputId);
    expect(await (await two.inject("pay", { idempotencyKey: "k" })).reply()).toBe("yes");
    await one.close();
    await two.close();
    expect(await received()).toEqual(["pay"]);
  });

  it("is refused at once where nothing could come of it, and nothing is left", async () => {
    await using colony = await open();
    const worker = await colony.spawn("helper", { task: "t", name: "Done" });
    await worker.report();
    await using sending = await sender();
    const refused = (work: Promise<unknown>, code: string): Promise<void> =>
      expect(work).rejects.toMatchObject({ name: "ColonyError", code });
    await refused(sending.inject("x", { to: "Done" }), "agent.closed");
    await refused(sending.inject("x", { to: "nobody" }), "agent.not_found");
    await refused(sending.inject(" "), "input.invalid");
    await refused(sending.cancel("overseer"), "execution.ended");
    await refused(sending.setBudget({ tokens: -1 }), "settings.invalid");
    await refused(sending.inject("x", { mode: "steeer" as "steer" }), "input.invalid");
    await refused(sending.inject("x", { files: 0 as never }), "input.invalid");
    await refused(sending.inject("x", { idempotencykey: "k" } as never), "input.invalid");
    await refused(sending.inject(5 as never), "input.invalid");
    await refused(sending.cancel(null as never), "usage.invalid");
    await refused(sending.stop({ reason: 5 as never }), "usage.invalid");
    const head = colony.head();
    await (await sending.inject("and now")).taken();
    expect((await events()).find(({ seq }) => seq === head + 1)?.type).toBe("INPUT_RECEIVED");
  });

  it("is refused by its owner with an event that says why, and the next one is taken", async () => {
    await using colony = await open();
    await using sending = await sender();
    const sent = await sending.setBudget({ usd: 5 });
    const next = await sending.inject("next");
    await expect(sent.taken()).rejects.toMatchObject({
      code: "settings.invalid",
      message: matching(/the price of model "scripted\/test" of "overseer" is not known/),
    });
    expect(await next.reply()).toBe("yes");
    expect(await of("LETTER_REFUSED")).toMatchObject([
      { data: { letterId: sent.letterId, code: "settings.invalid" } },
    ]);
    expect(colony.budget().budget).toEqual({});
  });

  it("of what a release cannot read is refused, and holds up nothing", async () => {
    await using colony = await open();
    const db = new DatabaseSync(join(place.dir, "colony.db"));
    db.exec(`INSERT INTO letters (id, at, body) VALUES ('a', 1, '{"kind":"dance"}'), ('b', 1, 'no JSON')`);
    db.close();
    await using sending = await sender();
    expect(await (await sending.inject("next")).reply()).toBe("yes");
    const refusals = await of("LETTER_REFUSED");
    expect(refusals.map(({ data }) => data.letterId)).toEqual(["a", "b"]);
    expect(refusals[0]?.data.message).toMatch(/cannot be read by release/);
    expect(colony.head()).toBeGreaterThan(0);
  });

  it("by many processes at once loses and doubles nothing, and none is told that the database is busy", async () => {
    const owner = place.run(OWNER);
    expect(await owner.line()).toBe("open");
    const senders = Array.from({ length: 3 }, (_, number) =>
      place.run(`
        const sending = await openColonySender({ dir });
        say("ready");
        await told();
        for (let n = 0; n < 20; n += 1) await sending.inject("${number}-" + n, { mode: "steer" });
        await sending.close();
        say("sent");
      `),
    );
    for (const each of senders) expect(await each.line()).toBe("ready");
    for (const each of senders) each.tell();
    for (const each of senders) expect(await each.line()).toBe("sent");
    await using sending = await sender();
    await (await sending.inject("last")).reply();
    const texts = await received();
    expect(texts).toHaveLength(61);
    for (const number of [0, 1, 2])
      expect(texts.filter((text) => text.startsWith(`${number}-`))).toEqual(
        Array.from({ length: 20 }, (_, n) => `${number}-${n}`),
      );
    expect(checkPromises(await events())).toEqual([]);
  });
});

describe("what was sent while nobody had the colony open", () => {
  it("is done first of all by whoever opens it next", async () => {
    await (await open()).close();
    await using sending = await sender();
    const sent = await sending.inject("while you were out");
    expect(await received()).toEqual([]);
    await using colony = await open();
    expect(await sent.reply()).toBe("yes");
    expect(colony.agents()).toHaveLength(1);
  });

  it("is not begun where it was stopped before anybody came", async () => {
    await (await open()).close();
    await using sending = await sender();
    await sending.inject("begin");
    await sending.stop();
    let asked = 0;
    await using colony = await open(() => ({ text: `asked ${(asked += 1)}` }));
    await colony.idle();
    expect(asked).toBe(0);
    expect(await of("EXECUTION_STARTED")).toEqual([]);
    expect(await (await colony.inject("now")).reply()).toBe("asked 2");
  });

  it("stops what was under way before it goes on", async () => {
    const owner = place.run(OWNER_AT_WORK);
    expect(await owner.line()).toBe("asked");
    owner.child.kill("SIGKILL");
    await owner.ended;
    await using sending = await sender();
    await sending.stop({ reason: "enough" });
    let asked = 0;
    await using colony = await open(() => ({ text: `asked ${(asked += 1)}` }));
    await colony.idle();
    expect(asked).toBe(0);
    expect(await of("EXECUTION_CANCELLED")).toHaveLength(1);
    expect(await of("EXECUTION_STARTED")).toHaveLength(1);
  });
});

describe("a process that is killed while it sends or takes", () => {
  it.each([
    ["before", []],
    ["after", ["dear colony"]],
  ] as const)("%s its commit has sent all or nothing", async (when, texts) => {
    const owner = place.run(OWNER);
    expect(await owner.line()).toBe("open");
    const sending = place.run(`
      const sending = await openColonySender({ dir });
      const { exec } = DatabaseSync.prototype;
      DatabaseSync.prototype.exec = function (sql) {
        if (sql === "COMMIT" && "${when}" === "before") die();
        exec.call(this, sql);
        if (sql === "COMMIT") die();
      };
      await sending.inject("dear colony");
    `);
    expect(await sending.ended).toEqual([null, "SIGKILL"]);
    await using again = await sender();
    await (await again.inject("mark")).reply();
    expect(await received()).toEqual([...texts, "mark"]);
  });

  it("as the owner before it takes it leaves it to the next one", async () => {
    const owner = place.run(OWNER);
    expect(await owner.line()).toBe("open");
    owner.child.kill("SIGSTOP");
    await using sending = await sender();
    const sent = await sending.inject("are you there?");
    const stopping = await sending.setBudget({ workers: 3 });
    owner.child.kill("SIGKILL");
    await owner.ended;
    expect(await received()).toEqual([]);
    await using colony = await open();
    expect(await sent.reply()).toBe("yes");
    await stopping.taken();
    expect(colony.budget().budget).toEqual({ workers: 3 });
    expect(await received()).toEqual(["are you there?"]);
  });

  it.each([
    ["INPUT_RECEIVED", `inject("x")`],
    ["DISPATCH_BLOCKED", `stop()`],
    ["BUDGET_SET", `setBudget({ workers: 2 })`],
    ["LETTER_REFUSED", `setBudget({ usd: 2 })`],
  ] as const)("as the owner after it has recorded %s does it once all the same", async (type, call) => {
    const owner = place.run(`
      const colony = await openColony({ dir, overseer: { model: remembering } });
      colony.select({ types: ["${type}"] }).subscribe(die);
      const sending = await openColonySender({ dir });
      await sending.${call};
      stay();
    `);
    expect(await owner.ended).toEqual([null, "SIGKILL"]);
    expect(await of(type)).toHaveLength(1);
    const colony = await open();
    await colony.idle();
    await colony.close();
    expect(await of(type)).toHaveLength(1);
    await using last = await open();
    await using sending = await sender();
    await (await sending.inject("still there?")).reply();
    expect(await of(type)).toHaveLength(type === "INPUT_RECEIVED" ? 2 : 1);
    expect(last.budget().budget).toEqual(type === "BUDGET_SET" ? { workers: 2 } : {});
  });
});
